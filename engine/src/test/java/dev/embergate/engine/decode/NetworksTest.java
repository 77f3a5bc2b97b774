package dev.embergate.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
    private static InetAddress address(String text) {
        InetAddress address = AddressText.parse(text);
        assertThat(address).as(text).isNotNull();
        return address;
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,            127.0.0.1,        true",
        "127.0.0.1,            127.0.0.2,        false",
        "127.0.0.1,            ::1,              false",
        "127.0.0.1,            ::ffff:127.0.0.1, true",
        "::ffff:127.0.0.1,     127.0.0.1,        true",
        "::ffff:7f00:1,        127.0.0.1,        true",
        "10.0.0.0/8,           10.255.255.255,   true",
        "10.0.0.0/8,           11.0.0.0,         false",
        "192.168.1.128/25,     192.168.1.127,    false",
        "192.168.1.128/25,     192.168.1.128,    true",
        "0.0.0.0/0,            203.0.113.9,      true",
        "0.0.0.0/0,            2001:db8::1,      false",
        "0.0.0.0/1,            127.255.255.255,  true",
        "0.0.0.0/1,            128.0.0.0,        false",
        "::/0,                 2001:db8::1,      true",
        "::/0,                 203.0.113.9,      true",
        "::1,                  ::1,              true",
        "2001:db8::/32,        2001:db8:ffff::1, true",
        "2001:db8::/32,        2001:db9::1,      false",
        "2001:db8:0:1::/64,    2001:db8:0:1::9,  true",
        "2001:db8:0:1::/64,    2001:db8:0:2::9,  false",
        "2001:db8::8000/113,   2001:db8::8001,   true",
        "2001:db8::8000/113,   2001:db8::7fff,   false",
        "fe80::/10,            febf::1,          true",
        "fe80::/10,            fec0::1,          false",
        "::ffff:0:0/96,        9.9.9.9,          true",
    })
    void anAddressIsInANetworkOrNot(String network, String asked, boolean contained) {
        assertThat(Networks.of(List.of("198.51.100.7", network)).contains(address(asked)))
                .isEqualTo(contained);
    }

    @Test
    void noNetworkHoldsNothing() {
        assertThat(Networks.of(List.of()).isEmpty()).isTrue();
        assertThat(Networks.of(List.of()).contains(address("127.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/08",
                "10.0.0.0/-1",
                "10.0.0/8",
                "10.0.0.0/8/8",
                "2001:db8::1/32",
                "2001:db8::/129",
                "[::1]",
                "::1%eth0",
                " 10.0.0.1",
                "10.0.0.256"
            })
    void anythingElseIsNamed(String word) {
        assertThatThrownBy(() -> Networks.of(List.of("127.0.0.1", word)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + word + "\" (expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01.2.3.4",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3.4",
                "1..2.3",
                "1.2.3.1000",
                "1.2.3.4 ",
                "0x7f.0.0.1",
                "2130706433",
                "a.b.c.d",
                "-1.2.3.4",
                ":",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "::g",
                "::1.2.3",
                "::01.2.3.4",
                "::ffff:1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4",
                "\u0661.2.3.4",
                "::\u0661"
            })
    void whatHasMoreThanOneReadingIsNoAddress(String text) {
        assertThat(AddressText.parse(text)).isNull();
    }

    @Test
    void aMappedAddressIsTheIpv4Address() {
        assertThat(address("::FFFF:192.0.2.1")).isInstanceOf(Inet4Address.class).isEqualTo(address("192.0.2.1"));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "80,80", "65535,65535", "65536,-1", "080,-1", "+80,-1", "'',-1", "8o,-1", "123456,-1"})
    void aPortIsPlainDecimal(String text, int port) {
        assertThat(AddressText.port(text)).isEqualTo(port);
    }
}
