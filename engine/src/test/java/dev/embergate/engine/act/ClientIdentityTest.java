package dev.embergate.engine.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.decode.AddressText;
import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.decode.MessageSink;
import dev.embergate.engine.decode.Networks;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.decode.RequestDecoder;
import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who the client is. 10.0.0.0/8 and fd00::/8 are trusted; the peer is 10.0.0.1 unless the case says otherwise. In the cases a
 * vertical bar ends a field line.
 */
class ClientIdentityTest {
    private static final Networks TRUSTED = Networks.of(List.of("10.0.0.0/8", "fd00::/8"));

    private static ParsedRequest head(String fields) {
        List<ParsedRequest> heads = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, new MessageSink<>() {
            @Override
            public void head(ParsedRequest head) {
                heads.add(head);
            }

            @Override
            public void body(ByteBuf piece) {
                piece.release();
            }

            @Override
            public void end(Headers trailers) {}

            @Override
            public void rejected(Rejection rejection) {
                throw new AssertionError(rejection);
            }
        });
        StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: own:8095\r\n");
        for (String line : fields.split("\\|")) {
            text.append(line.strip()).append(line.isBlank() ? "" : "\r\n");
        }
        decoder.feed(Unpooled.copiedBuffer(text + "\r\n", StandardCharsets.ISO_8859_1));
        decoder.close();
        return heads.getFirst();
    }

    private static ClientIdentity connection(String peer) {
        return connection(peer, false);
    }

    private static ClientIdentity connection(String peer, boolean secure) {
        return new ClientIdentity(TRUSTED, new Peer(new InetSocketAddress(AddressText.parse(peer), 5000), secure));
    }

    private static String told(Client client) {
        return client.addressText() + " " + client.port() + " " + client.scheme() + " " + client.authority()
                + client.via();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                // nothing said
                "`` > 10.0.0.1 5000 http own:8095",
                "X-Real-IP: 192.0.2.1 > 10.0.0.1 5000 http own:8095",
                // X-Forwarded-For
                "X-Forwarded-For: 192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "x-forwarded-for:192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "X-Forwarded-For: 192.0.2.1:4711 > 192.0.2.1 4711 http own:8095, 10.0.0.1",
                "X-Forwarded-For: 2001:db8::1 > 2001:db8:0:0:0:0:0:1 0 http own:8095, 10.0.0.1",
                "X-Forwarded-For: [2001:db8::1] > 2001:db8:0:0:0:0:0:1 0 http own:8095, 10.0.0.1",
                "X-Forwarded-For: [2001:db8::1]:443 > 2001:db8:0:0:0:0:0:1 443 http own:8095, 10.0.0.1",
                "X-Forwarded-For: ::ffff:192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "X-Forwarded-For: 6.6.6.6, 192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "X-Forwarded-For: 192.0.2.1, 10.0.0.2 > 192.0.2.1 0 http own:8095, 10.0.0.2, 10.0.0.1",
                "X-Forwarded-For: 6.6.6.6, 192.0.2.1, fd00::2, 10.0.0.2 > 192.0.2.1 0 http own:8095, fd00:0:0:0:0:0:0:2, 10.0.0.2, 10.0.0.1",
                "X-Forwarded-For: 192.0.2.1 | X-Forwarded-For: 10.0.0.2 > 192.0.2.1 0 http own:8095, 10.0.0.2, 10.0.0.1",
                "X-Forwarded-For: 6.6.6.6 | X-Forwarded-For: 192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "X-Forwarded-For: 10.0.0.3, 10.0.0.2 > 10.0.0.3 0 http own:8095, 10.0.0.2, 10.0.0.1",
                "X-Forwarded-For: , 192.0.2.1 ,, 10.0.0.2 , > 192.0.2.1 0 http own:8095, 10.0.0.2, 10.0.0.1",
                "X-Forwarded-For: \t192.0.2.1\t,\t10.0.0.2 > 192.0.2.1 0 http own:8095, 10.0.0.2, 10.0.0.1",
                "X-Forwarded-For: > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: ,,, > 10.0.0.1 5000 http own:8095",
                // X-Forwarded-For: hidden or garbled
                "X-Forwarded-For: unknown > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: 192.0.2.1, unknown > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: 192.0.2.1, _hidden, 10.0.0.2 > 10.0.0.2 0 http own:8095, 10.0.0.1",
                "X-Forwarded-For: 192.0.2.1, 10.0.0.256, 10.0.0.2 > 10.0.0.2 0 http own:8095, 10.0.0.1",
                "X-Forwarded-For: 192.0.2.1, 010.0.0.2 > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: 192.0.2.1 10.0.0.2 > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: \"192.0.2.1\" > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: 192.0.2.1:99999 > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: 192.0.2.1: > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: [192.0.2.1] > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: [2001:db8::1 > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: [2001:db8::1]x > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: fe80::1%eth0 > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: localhost > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: <script/ > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-For: 192.0.2.1;10.0.0.2 > 10.0.0.1 5000 http own:8095",
                // scheme, host, port
                "X-Forwarded-For: 192.0.2.1 | X-Forwarded-Proto: https > 192.0.2.1 0 https own:8095, 10.0.0.1",
                "X-Forwarded-Proto: HTTPS > 10.0.0.1 5000 https own:8095",
                "X-Forwarded-Proto: wss > 10.0.0.1 5000 https own:8095",
                "X-Forwarded-Proto: gopher > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-Proto: http, https > 10.0.0.1 5000 https own:8095",
                "X-Forwarded-For: 192.0.2.1, 10.0.0.2 | X-Forwarded-Proto: https > 192.0.2.1 0 https own:8095, 10.0.0.2, 10.0.0.1",
                "X-Forwarded-For: 192.0.2.1, 10.0.0.2 | X-Forwarded-Proto: https, http > 192.0.2.1 0 https own:8095, 10.0.0.2, 10.0.0.1",
                "X-Forwarded-For: 6.6.6.6, 192.0.2.1 | X-Forwarded-Proto: https, http > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "X-Forwarded-Host: media.example > 10.0.0.1 5000 http media.example",
                "X-Forwarded-Host: media.example:8443 > 10.0.0.1 5000 http media.example:8443",
                "X-Forwarded-Host: evil.example, media.example > 10.0.0.1 5000 http media.example",
                "X-Forwarded-Host: a/b > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-Host: user@media.example > 10.0.0.1 5000 http own:8095",
                "X-Forwarded-Host: media.example | X-Forwarded-Port: 8443 > 10.0.0.1 5000 http media.example:8443",
                "X-Forwarded-Host: [2001:db8::1] | X-Forwarded-Port: 8443 > 10.0.0.1 5000 http [2001:db8::1]:8443",
                "X-Forwarded-Host: media.example:1 | X-Forwarded-Port: 8443 > 10.0.0.1 5000 http media.example:1",
                "X-Forwarded-Host: media.example | X-Forwarded-Port: 443 | X-Forwarded-Proto: https > 10.0.0.1 5000 https media.example",
                "X-Forwarded-Host: media.example | X-Forwarded-Port: 80 > 10.0.0.1 5000 http media.example",
                "X-Forwarded-Host: media.example | X-Forwarded-Port: 80 | X-Forwarded-Proto: https > 10.0.0.1 5000 https media.example:80",
                "X-Forwarded-Host: media.example | X-Forwarded-Port: 0 > 10.0.0.1 5000 http media.example",
                "X-Forwarded-Host: media.example | X-Forwarded-Port: 99999 > 10.0.0.1 5000 http media.example",
                // Forwarded
                "Forwarded: for=192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "Forwarded: For=192.0.2.1;PROTO=https;Host=media.example;by=10.0.0.1 > 192.0.2.1 0 https media.example, 10.0.0.1",
                "Forwarded: for=\"192.0.2.1:4711\" > 192.0.2.1 4711 http own:8095, 10.0.0.1",
                "Forwarded: for=\"[2001:db8::1]:4711\" > 2001:db8:0:0:0:0:0:1 4711 http own:8095, 10.0.0.1",
                "Forwarded: for=\"[2001:db8::1]:_a\" > 2001:db8:0:0:0:0:0:1 0 http own:8095, 10.0.0.1",
                "Forwarded: for=\"192\\.0.2.1\" > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "Forwarded: for=192.0.2.1; proto=https ;host=\"media.example:8443\" > 192.0.2.1 0 https media.example:8443, 10.0.0.1",
                "Forwarded: for=192.0.2.1;;proto=https; > 192.0.2.1 0 https own:8095, 10.0.0.1",
                "Forwarded: for=6.6.6.6;proto=https, for=192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "Forwarded: for=192.0.2.1;proto=https;host=a.example, for=10.0.0.2;proto=http;host=b.example > 192.0.2.1 0 https a.example, 10.0.0.2, 10.0.0.1",
                "Forwarded: for=192.0.2.1, for=10.0.0.2;proto=https > 192.0.2.1 0 https own:8095, 10.0.0.2, 10.0.0.1",
                "Forwarded: for=192.0.2.1 | Forwarded: for=10.0.0.2 > 192.0.2.1 0 http own:8095, 10.0.0.2, 10.0.0.1",
                "Forwarded: for=192.0.2.1;ext=\"a,b\", for=10.0.0.2 > 192.0.2.1 0 http own:8095, 10.0.0.2, 10.0.0.1",
                "Forwarded: for=192.0.2.1, for=10.0.0.2;ext=\"a, for=6.6.6.6;b=\" > 192.0.2.1 0 http own:8095, 10.0.0.2, 10.0.0.1",
                "Forwarded: , for=192.0.2.1, > 192.0.2.1 0 http own:8095, 10.0.0.1",
                // Forwarded: hidden, garbled or hostile
                "Forwarded: for=unknown;proto=https > 10.0.0.1 5000 https own:8095",
                "Forwarded: for=192.0.2.1, for=_secret > 10.0.0.1 5000 http own:8095",
                "Forwarded: for=192.0.2.1, proto=https > 10.0.0.1 5000 https own:8095",
                "Forwarded: for=\"x, for=192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "Forwarded: for=\"x, for=\"[2001:db8::1]\" > 2001:db8:0:0:0:0:0:1 0 http own:8095, 10.0.0.1",
                "Forwarded: for=\"x\\, for=192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "Forwarded: for=\"6.6.6.6 | Forwarded: for=192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "Forwarded: for=192.0.2.1, garbage > 10.0.0.1 5000 http own:8095",
                "Forwarded: for=192.0.2.1, garbage, for=10.0.0.2 > 10.0.0.2 0 http own:8095, 10.0.0.1",
                "Forwarded: for=6.6.6.6;for=192.0.2.1 > 10.0.0.1 5000 http own:8095",
                "Forwarded: for=192.0.2.1:80 > 10.0.0.1 5000 http own:8095",
                "Forwarded: for=2001:db8::1 > 10.0.0.1 5000 http own:8095",
                "Forwarded: for=\"2001:db8::1\" > 10.0.0.1 5000 http own:8095",
                "Forwarded: for= > 10.0.0.1 5000 http own:8095",
                "Forwarded: for =192.0.2.1 > 10.0.0.1 5000 http own:8095",
                "Forwarded: for=\"192.0.2.1\"x > 10.0.0.1 5000 http own:8095",
                "Forwarded: for=192.0.2.1;host=\"a/b\";proto=\"java\" > 192.0.2.1 0 http own:8095, 10.0.0.1",
                // both
                "Forwarded: for=6.6.6.6;proto=https | X-Forwarded-For: 192.0.2.1 > 192.0.2.1 0 http own:8095, 10.0.0.1",
                "Forwarded: for=6.6.6.6 | X-Forwarded-Proto: https > 10.0.0.1 5000 https own:8095",
            })
    void aTrustedPeerIsBelieved(String fields, String expected) {
        assertThat(told(connection("10.0.0.1").of(head(fields)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "X-Forwarded-For: 192.0.2.1",
                "X-Forwarded-For: 10.0.0.2",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil.example",
                "X-Forwarded-Port: 1",
                "X-Real-IP: 10.0.0.2",
                "Forwarded: for=10.0.0.2;proto=https;host=evil.example",
            })
    void nothingIsBelievedOfAnyOtherPeer(String fields) {
        assertThat(told(connection("203.0.113.9").of(head(fields)))).isEqualTo("203.0.113.9 5000 http own:8095");
        assertThat(told(connection("203.0.113.9", true).of(head(fields)))).isEqualTo("203.0.113.9 5000 https own:8095");
    }

    @Test
    void aSecurePeerIsSecureUntilATrustedOneSaysOtherwise() {
        assertThat(connection("10.0.0.1", true).of(head("")).secure()).isTrue();
        assertThat(connection("10.0.0.1", true)
                        .of(head("X-Forwarded-Proto: http"))
                        .secure())
                .isFalse();
    }

    @Test
    void theClientIsMadeAnewOnlyWhenWhatIsSaidChanges() {
        ClientIdentity connection = connection("10.0.0.1");
        Client first = connection.of(head("X-Forwarded-For: 192.0.2.1 | X-Forwarded-Proto: https"));
        assertThat(connection.of(head("X-Forwarded-For: 192.0.2.1|Accept: a|X-Forwarded-Proto: https")))
                .isSameAs(first);
        assertThat(connection
                        .of(head("X-Forwarded-For: 192.0.2.2 | X-Forwarded-Proto: https"))
                        .addressText())
                .isEqualTo("192.0.2.2");
        assertThat(connection.of(head("X-Forwarded-For: 192.0.2.2")).secure()).isFalse();
        assertThat(connection.of(head("")).addressText()).isEqualTo("10.0.0.1");
        assertThat(connection.of(head("X-Forwarded-Host: 192.0.2.2")).addressText())
                .isEqualTo("10.0.0.1");
        assertThat(connection.of(head("X-Forwarded-For: 192.0.2.2")).addressText())
                .isEqualTo("192.0.2.2");
    }

    @Test
    void noMoreThanThirtyTwoHopsAreWalked() {
        String many = "X-Forwarded-For: 192.0.2.1" + ", 10.0.0.2".repeat(40);
        Client client = connection("10.0.0.1").of(head(many));
        assertThat(client.addressText()).isEqualTo("10.0.0.2");
        assertThat(client.via().split(", ")).hasSize(33); // 32 and the empty text before the first comma
        String elements = "Forwarded: for=192.0.2.1" + ", for=10.0.0.2".repeat(40);
        assertThat(connection("10.0.0.1").of(head(elements)).addressText()).isEqualTo("10.0.0.2");
    }

    @Test
    void onlyAClientThatIsATrustedProxyItselfIsExemptFromLimits() {
        ClientIdentity proxied = connection("10.0.0.1");
        proxied.of(head("X-Forwarded-For: 192.0.2.1"));
        assertThat(proxied.isTrustedProxy()).isFalse();
        proxied.of(head(""));
        assertThat(proxied.isTrustedProxy()).isTrue();
        ClientIdentity direct = connection("203.0.113.9");
        direct.of(head("X-Forwarded-For: 10.0.0.2"));
        assertThat(direct.isTrustedProxy()).isFalse();
    }
}
