package dev.embergate.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.EveryCut;
import dev.embergate.engine.testkit.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each message of the corpus gets the verdict its file names, however it is cut, and costs no buffer. */
@ExtendWith(LeakCheck.class)
class HostileCorpusTest {
    @ParameterizedTest
    @MethodSource("dev.embergate.engine.decode.HostileMessage#requests")
    void aRequestGetsItsVerdictAtEveryCut(HostileMessage message) {
        String[] first = new String[1];
        EveryCut.of(message.bytes(), pieces -> {
            Transcript<ParsedRequest> told = Feeding.requests(DecodeLimits.DEFAULT, pieces);
            assertThat(told.verdict()).isEqualTo(message.verdict());
            first[0] = first[0] == null ? told.all() : first[0];
            assertThat(told.all()).isEqualTo(first[0]);
        });
    }

    @ParameterizedTest
    @MethodSource("dev.embergate.engine.decode.HostileMessage#responses")
    void anAnswerGetsItsVerdictAtEveryCut(HostileMessage message) {
        String[] first = new String[1];
        EveryCut.of(message.bytes(), pieces -> {
            Transcript<ParsedResponse> told = Feeding.responses(DecodeLimits.DEFAULT, message.requestMethod(), pieces);
            assertThat(told.verdict()).isEqualTo(message.verdict());
            first[0] = first[0] == null ? told.all() : first[0];
            assertThat(told.all()).isEqualTo(first[0]);
        });
    }

    @Test
    void everyMessageNamesItsSectionAndVerdict() {
        assertThat(HostileMessage.requests().toList())
                .hasSizeGreaterThan(250)
                .allSatisfy(message -> assertThat(message.section()).startsWith("RFC "))
                .allSatisfy(message -> assertThat(message.verdict()).isNotEmpty());
        assertThat(HostileMessage.responses().toList())
                .hasSizeGreaterThan(90)
                .allSatisfy(message -> assertThat(message.section()).startsWith("RFC "))
                .allSatisfy(message -> assertThat(message.verdict()).isNotEmpty());
    }
}
