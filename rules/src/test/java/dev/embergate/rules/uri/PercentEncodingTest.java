package dev.embergate.rules.uri;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {
    @ParameterizedTest
    @CsvSource({
        "plain-._~,plain-._~",
        "a b,a%20b",
        "a+b/c?d#e%f,a%2Bb%2Fc%3Fd%23e%25f",
        "电影,%E7%94%B5%E5%BD%B1",
        "😀,%F0%9F%98%80",
    })
    void componentsComeBackAsTheyWere(String text, String encoded) {
        assertThat(PercentEncoding.component(text)).isEqualTo(encoded);
        assertThat(PercentEncoding.decode(encoded)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"/a b/ü,/a%20b/%C3%BC", "/a?/b,/a%3F/b"})
    void pathsKeepTheirSlashes(String text, String encoded) {
        assertThat(PercentEncoding.path(text)).isEqualTo(encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%4", "%zz", "%C3", "%ff%fe"})
    void whatIsNoEscapeOrNoUtf8IsNull(String text) {
        assertThat(PercentEncoding.decode(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"a+b,a+b", "%2B,+", "%c3%bc,ü"})
    void aPlusStaysAPlus(String encoded, String text) {
        assertThat(PercentEncoding.decode(encoded)).isEqualTo(text);
    }
}
