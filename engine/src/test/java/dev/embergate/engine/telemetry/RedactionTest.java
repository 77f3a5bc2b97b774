package dev.embergate.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "api_key",
                "API_KEY",
                "apikey",
                "ApiKey",
                "api-key",
                "api.key",
                "api_key[]",
                "api_key[0]",
                "token",
                "Token",
                "access_token",
                "AccessToken",
                "refresh_token",
                "X-Emby-Token",
                "x-mediabrowser-token",
                "sign",
                "Sign",
                "signature",
                "Signature",
                "sig",
                "password",
                "Password",
                "passwd",
                "pw",
                "Pw",
                "pwd",
                "auth",
                "auth_key",
                "authorization",
                "Key",
                "x-amz-signature",
                "X-Amz-Credential",
                "X-Amz-Security-Token",
                "x-oss-signature",
                "x-oss-signature-version",
                "x-oss-security-token",
                "OSSAccessKeyId",
                "AWSAccessKeyId",
                "expires-signature",
                "X-Goog-Signature",
                "q-sign-algorithm",
                "q-signature",
                "q-ak",
                "secret",
                "client_secret",
                "jwt",
                "hmac",
                "api%5Fkey",
                "api%5fkey",
                "%61%70%69_key",
                "api%255Fkey",
                "%2561pi_key",
                "to%6ben",
                "si%67n"
            })
    void aSecretIsHiddenByTheNameOfItsParameter(String name) {
        assertThat(Redaction.redactTarget("/videos/7?" + name + "=s3cr3t&Static=true"))
                .isEqualTo("/videos/7?" + name + "=***&Static=true");
        assertThat(Redaction.redactTarget("/videos/7?Static=true&" + name + "=s3cr3t"))
                .isEqualTo("/videos/7?Static=true&" + name + "=***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "/videos/7/stream.mkv?Static=true&MediaSourceId=mediasource_7&PlaySessionId=5",
                "/Items/7/Images/Primary?tag=abc&maxWidth=300&quality=90",
                "/Items?Fields=Path,Overview&Ids=1,2,3&MinDate=2024-01-01T00%3A00%3A00Z",
                "/a?b&c=&d",
                "/a;v=1/b",
                "*",
            })
    void whatIsNoSecretStays(String target) {
        assertThat(Redaction.redactTarget(target)).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({
        // A sloppy client's second question mark.
        "/a?x=1?api_key=s3cr3t, /a?x=***",
        "/a?x?api_key=s3cr3t, /a?x?api_key=***",
        "/a&api_key=s3cr3t, /a&api_key=***",
        "/a?x=1;api_key=s3cr3t, /a?x=1;api_key=***",
        "/a?api_key=s3cr3t/&x=1, /a?api_key=***&x=1",
        "/a;token=s3cr3t/b?c=d, /a;token=***/b?c=d",
        "/a/api_key=s3cr3t/b, /a/api_key=***/b",
        "/a%3Fapi_key%3Ds3cr3t/b, /***/b",
        "/a?api_key%3Ds3cr3t&b=c, /a?***&b=c",
        "/a?url=http://h/p?sign=s3cr3t, /a?url=***",
        "/a?url=http%3A%2F%2Fh%2Fs3cr3t, /a?url=***",
        "/a?url=http%253A%252F%252Fh%252Fs3cr3t, /a?url=***",
        "/a?back=%2Fb%3Fsign%3Ds3cr3t, /a?back=***",
        "/a#access_token=s3cr3t, /a#access_token=***",
        "http://joe:s3cr3t@h:80/a?b=c, http://***@h:80/a?b=c",
        "//joe:s3cr3t@h/a, //***@h/a",
        "http://joe:s3cr3t@h, http://***@h",
        "http://h:80/a?key=s3cr3t, http://h:80/a?key=***",
    })
    void aSecretIsFoundInOddPlaces(String target, String expected) {
        assertThat(Redaction.redactTarget(target)).isEqualTo(expected);
    }

    @Test
    void noTargetForgesALine() {
        assertThat(Redaction.redactTarget("/a\r\n\tb\u001b[31m \u0000\u007f\u00e9\u4e2d\u2028\"\\"))
                .isEqualTo("/a\\x0d\\x0a\\x09b\\x1b[31m \\x00\\x7f\\xe9\\u4e2d\\u2028\\\"\\\\");
    }

    @Test
    void aLongTargetIsCut() {
        String cut = Redaction.redactTarget("/" + "a".repeat(5000) + "?api_key=s3cr3t");
        assertThat(cut).hasSize(Redaction.MAX_CHARS + 3).endsWith("aaa...");
        // The cut must not take away what shows that there is a secret.
        assertThat(Redaction.redactTarget("http://joe:" + "s".repeat(5000) + "@h/"))
                .isEqualTo("http://***...");
        assertThat(Redaction.redactTarget("/a?api_key=" + "s".repeat(5000))).isEqualTo("/a?api_key=***...");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Authorization | Bearer s3cr3t | Bearer ***",
                "authorization | bearer s3cr3t= | bearer ***",
                "Authorization | Basic am9lOnMzY3IzdA== | Basic ***",
                "Authorization | s3cr3t | ***",
                "Authorization | s3cr3t s3cr3t | ***",
                "Authorization | MediaBrowser Client=\"web\", DeviceId=\"d\", Token=\"s3cr3t\" | MediaBrowser Client=web, DeviceId=d, Token=***",
                "X-Emby-Authorization | Emby UserId=7,Client=Kodi,Token=s3cr3t | UserId=7, Client=Kodi, Token=***",
                "X-Emby-Authorization | Client=\"web\", Token=\"s3cr3t\", token=s3cr3t | Client=web, Token=***, token=***",
                "X-Emby-Authorization | s3cr3t= | ***",
                // Quotes that two parsers may read differently.
                "X-Emby-Authorization | Client=\"a\\\", Token=\"s3cr3t\" | ***",
                "X-Emby-Authorization | Client=\"a, Token=s3cr3t\" | ***",
                "X-Emby-Authorization | Client=a Token=s3cr3t | ***",
                "X-Emby-Token | s3cr3t | ***",
                "X-MediaBrowser-Token | s3cr3t | ***",
                "X-Api-Key | s3cr3t | ***",
                "Proxy-Authorization | Basic s3cr3t | Basic ***",
                "Cookie | a=s3cr3t; b=s3cr3t | a=***; b=***",
                "Cookie | s3cr3t | ***",
                "Set-Cookie | sid=s3cr3t; Path=/; HttpOnly | sid=***",
                "Location | https://drive.example.org/d/s3cr3t/film.mkv?sign=s3cr3t | https://drive.example.org/***",
                "Location | https://joe:s3cr3t@h | https://h/***",
                "Location | /web/index.html?api_key=s3cr3t | /web/index.html?api_key=***",
                "Referer | http://h/a?api_key=s3cr3t | http://h/a?api_key=***",
                "User-Agent | VLC/3.0 (Linux) | VLC/3.0 (Linux)",
                "Content-Type | video/mp4 | video/mp4",
            })
    void aFieldIsShownWithoutItsSecret(String name, String value, String expected) {
        assertThat(Redaction.redactHeader(name, value)).isEqualTo(expected);
    }

    @Test
    void nothingAStrangerSendsBreaksOrLeaks() {
        Random random = new Random(20261120);
        String[] pieces = {
            "/",
            "?",
            "&",
            ";",
            "=",
            "#",
            "%",
            "%2",
            "%3D",
            "%25",
            "@",
            ":",
            "//",
            "http://",
            "api_key=s3cr3t",
            "\"",
            ",",
            " ",
            "Token=s3cr3t",
            "a",
            "\r\n",
            "\u4e2d",
            "token",
            "sign"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(12); piece > 0; piece--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            String redacted = Redaction.redactTarget(text.toString());
            assertThat(redacted).as(text.toString()).matches("[ -~]*");
            for (String name :
                    new String[] {"Authorization", "Cookie", "Set-Cookie", "X-Emby-Authorization", "Location"}) {
                String value = Redaction.redactHeader(name, text.toString());
                assertThat(value).as("%s: %s", name, text).matches("[ -~]*");
            }
            assertThat(Redaction.redactTarget("/a?" + text.toString().replace("s3cr3t", "") + "&api_key=s3cr3t"))
                    .as(text.toString())
                    .doesNotContain("s3cr3t");
        }
    }
}
