package dev.embergate.engine.encode;

import java.nio.charset.StandardCharsets;

/** Why a WebSocket ends (RFC 6455 section 7.4). */
final class CloseCode {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    /** Said by no frame: the peer's Close had no code. */
    static final int NO_STATUS = 1005;
    /** Said by no frame: there was no Close. */
    static final int VANISHED = 1006;

    static final int INVALID_DATA = 1007;
    static final int POLICY_VIOLATION = 1008;
    static final int TOO_BIG = 1009;
    static final int INTERNAL_ERROR = 1011;

    /** What a control frame holds (section 5.5), less the code. */
    private static final int MAX_REASON_BYTES = 123;

    private CloseCode() {}

    /** Whether a Close frame may hold it. */
    static boolean isSendable(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }

    /** As much of a reason as fits, not cut within a character. */
    static String fitting(String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_REASON_BYTES) {
            return reason;
        }
        int end = MAX_REASON_BYTES;
        while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
