package dev.embergate.rules.emby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Route;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmbyRoutesTest {
    @Test
    void everyPathHasItsPrefixesAndNoLetterCase() {
        assertThat(EmbyRoutes.reading("/videos/{id}/stream"))
                .extracting(Route::path)
                .containsExactly("/videos/{id}/stream", "/emby/videos/{id}/stream", "/mediabrowser/videos/{id}/stream");
        assertThat(EmbyRoutes.reading("/x"))
                .allMatch(Route::ignoreCase)
                .allMatch(r -> r.methods().equals(Set.of("GET", "HEAD")));
    }

    @Test
    void aPrefixIsOnlyAWholeSegment() {
        assertThat(EmbyRoutes.withoutPrefix("/Emby/web/a.js")).isEqualTo("/web/a.js");
        assertThat(EmbyRoutes.withoutPrefix("/mediabrowser/x")).isEqualTo("/x");
        assertThat(EmbyRoutes.withoutPrefix("/embysocket/x")).isEqualTo("/embysocket/x");
        assertThat(EmbyRoutes.withoutPrefix("/emby")).isEqualTo("/emby");
    }
}
