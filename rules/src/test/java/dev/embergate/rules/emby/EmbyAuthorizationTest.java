package dev.embergate.rules.emby;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbyAuthorizationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "Emby UserId=\"u\", Client=\"My App\", Device=\"tv, big\", DeviceId=\"d\", Version=\"1\", Token=\"t\"|u|My App|tv, big|d|1|t",
                "mediabrowser token=t,CLIENT=Kodi,deviceid=d|''|Kodi|''|d|''|t",
                "MediaBrowser Token=\"\", Token=\"t\", Token=\"later\"|''|''|''|''|''|t",
                "MediaBrowser Device=\"say \\\"hi\\\"\", Token = \"t\"|''|''|say \"hi\"|''|''|t",
                "MediaBrowser Device=\"Wohnzimmer%20TV\", Token=t|''|''|Wohnzimmer TV|''|''|t",
                "Token=t|''|''|''|''|''|t",
                "MediaBrowser Device=\"100%\", Token=\"t|''|''|100%|''|''|t",
            })
    void appsAreReadLeniently(
            String value, String userId, String client, String device, String deviceId, String version, String token) {
        assertThat(EmbyAuthorization.parse(value))
                .isEqualTo(new EmbyAuthorization(
                        blank(userId), blank(client), blank(device), blank(deviceId), blank(version), blank(token)));
    }

    private static String blank(String value) {
        return value.equals("''") ? "" : value;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer abc", "Basic dXNlcjpwdw==", "Emby", "=", "Digest username=\"x\"", ",,, ,"})
    void whatHasNoKeyOfEmbysIsNotOne(String value) {
        assertThat(EmbyAuthorization.parse(value)).isNull();
    }

    @Test
    void aQuotedTokenIsNotFoundInsideAnotherValue() {
        assertThat(EmbyAuthorization.parse("Emby Device=\"x, Token=stolen\"").token())
                .isEmpty();
    }
}
