package dev.embergate.rules.uri;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://d.example/a b.mkv|http://d.example/a%20b.mkv",
                "http://d.example/电影/第1集.mkv|http://d.example/%E7%94%B5%E5%BD%B1/%E7%AC%AC1%E9%9B%86.mkv",
                "http://d.example/a%20b%e7%94%b5.mkv|http://d.example/a%20b%e7%94%b5.mkv",
                "http://d.example/100%.mkv?x=5%&y=%4|http://d.example/100%25.mkv?x=5%25&y=%254",
                "http://d.example/%41.mkv|http://d.example/%41.mkv",
                "http://d.example/a+b.mkv?c=d+e|http://d.example/a+b.mkv?c=d+e",
                "http://d.example/a#1.mkv|http://d.example/a%231.mkv",
                "http://d.example/a[1]{2}|http://d.example/a%5B1%5D%7B2%7D",
                "http://d.example/a\\b\"<>^`|http://d.example/a%5Cb%22%3C%3E%5E%60",
                "http://d.example/q?sign=a/b?c=:0|http://d.example/q?sign=a/b?c=:0",
                "http://d.example/😀|http://d.example/%F0%9F%98%80",
                "HTTPS://D.example|https://D.example",
                "http://alist_1:5244/d/x|http://alist_1:5244/d/x",
                "http://[2001:db8::1]:80/x|http://[2001:db8::1]:80/x",
                "http://电影.example/x|http://xn--p3t879b.example/x",
                "http://d.example?x=a b|http://d.example?x=a%20b",
            })
    void addressesAreEncodedExactlyOnce(String written, String sent) {
        assertThat(WebAddress.of(written)).hasToString(sent);
        assertThat(WebAddress.of(written).toASCIIString()).isEqualTo(sent);
        assertThat(WebAddress.of(sent)).as("encoded again").hasToString(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/d/x",
                "//d.example/x",
                "d.example/x",
                "ftp://d.example/x",
                "javascript:alert(1)",
                "http://",
                "http:///x",
                "http://:80/x",
                "http://user:pw@d.example/x",
                "http://good.example\\@evil.example/x",
                "http://d.example\\x",
                "http://d.example:0/x",
                "http://d.example:65536/x",
                "http://d.example:8a/x",
                "http://d ex/x",
                "http://d%2eexample/x",
                "http://[x]/x",
                "http://good.example／@evil.example/x",
                "http://d.example/a\r\nSet-Cookie: x",
                "http://d.example/a\u0000",
                "http://d.example/a\u007f",
                "http://d.example/a\ud83d",
            })
    void whatNoClientMayBeSentToIsNull(String written) {
        assertThat(WebAddress.of(written)).isNull();
    }

    @Test
    void anAddressLongerThanServersTakeIsNull() {
        String base = "http://d.example/";
        assertThat(WebAddress.of(base + "a".repeat(WebAddress.MAX_LENGTH - base.length())))
                .isNotNull();
        assertThat(WebAddress.of(base + "a".repeat(WebAddress.MAX_LENGTH - base.length() + 1)))
                .isNull();
        assertThat(WebAddress.of(base + " ".repeat(WebAddress.MAX_LENGTH / 2) + "a"))
                .isNull();
    }
}
