package dev.embergate.engine.encode;

import dev.embergate.engine.decode.ParsedResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.AsciiString;

/** Writes start lines and fields as bytes. Values were checked where they came in; bytes are ISO 8859-1. */
public final class HeadWriter {
    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '1', '.', '1', ' '};
    private static final short CRLF = ('\r' << 8) | '\n';
    private static final short COLON_SPACE = (':' << 8) | ' ';

    private HeadWriter() {}

    static void statusLine(ByteBuf out, int status, String reason) {
        out.writeBytes(VERSION);
        out.writeByte('0' + status / 100);
        out.writeByte('0' + status / 10 % 10);
        out.writeByte('0' + status % 10);
        out.writeByte(' ');
        text(out, reason);
        out.writeShort(CRLF);
    }

    /** The status line as received, but for the version. */
    static void statusLine(ByteBuf out, ParsedResponse head) {
        int status = head.status();
        out.writeBytes(VERSION);
        out.writeByte('0' + status / 100);
        out.writeByte('0' + status / 10 % 10);
        out.writeByte('0' + status % 10);
        out.writeByte(' ');
        head.copyReason(out);
        out.writeShort(CRLF);
    }

    public static void field(ByteBuf out, String name, String value) {
        text(out, name);
        out.writeShort(COLON_SPACE);
        text(out, value);
        out.writeShort(CRLF);
    }

    public static void field(ByteBuf out, AsciiString name, AsciiString value) {
        out.writeBytes(name.array(), name.arrayOffset(), name.length());
        out.writeShort(COLON_SPACE);
        out.writeBytes(value.array(), value.arrayOffset(), value.length());
        out.writeShort(CRLF);
    }

    public static void field(ByteBuf out, AsciiString name, long value) {
        out.writeBytes(name.array(), name.arrayOffset(), name.length());
        out.writeShort(COLON_SPACE);
        number(out, value);
        out.writeShort(CRLF);
    }

    /** A whole field line that never changes, CRLF included. */
    public static void line(ByteBuf out, AsciiString line) {
        out.writeBytes(line.array(), line.arrayOffset(), line.length());
    }

    public static void end(ByteBuf out) {
        out.writeShort(CRLF);
    }

    public static void text(ByteBuf out, String text) {
        ByteBufUtil.writeAscii(out, text); // up to U+00FF as it is
    }

    static void number(ByteBuf out, long value) {
        if (value >= 10) {
            number(out, value / 10);
        }
        out.writeByte('0' + (int) (value % 10));
    }

    static void hex(ByteBuf out, int value) {
        boolean begun = false;
        for (int shift = 28; shift >= 0; shift -= 4) {
            int digit = (value >>> shift) & 0xf;
            if (digit != 0 || begun || shift == 0) {
                begun = true;
                out.writeByte(digit < 10 ? '0' + digit : 'a' + digit - 10);
            }
        }
    }
}
