package dev.embergate.engine.rewrite;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.zip.CRC32;

/**
 * The coding gzip (RFC 1952): one member or several in a row, header and check values verified. After a complete member,
 * anything that does not begin another one (padding, mostly) is ignored.
 */
final class GzipDecoder implements ContentDecoder {
    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;
    private static final int RESERVED = 0xe0;

    /** In the order in which the parts of a member come (RFC 1952 section 2.3). */
    private enum Part {
        FIXED,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        HEADER_CHECK,
        DATA,
        TRAILER,
        BETWEEN,
        IGNORED
    }

    private final Inflating inflating = new Inflating(true);
    private final CRC32 check = new CRC32();
    private Part part = Part.FIXED;
    private boolean begun;
    private int partBytes;
    private long partValue;
    private int flags;
    private int extraLeft;

    @Override
    public void decode(ByteBuf in, ByteBuf out) throws IOException {
        while (in.isReadable() && part != Part.DATA) {
            if (part == Part.IGNORED) {
                in.skipBytes(in.readableBytes());
            } else {
                begun = true;
                read(in.readUnsignedByte());
            }
        }
        if (part == Part.DATA) {
            inflate(in, out);
        }
    }

    private void inflate(ByteBuf in, ByteBuf out) throws IOException {
        int from = out.writerIndex();
        boolean ended = inflating.inflate(in, out);
        if (out.writerIndex() > from) {
            check.update(out.nioBuffer(from, out.writerIndex() - from));
        }
        if (ended) {
            enter(Part.TRAILER);
        }
    }

    private void read(int octet) throws IOException {
        switch (part) {
            case FIXED -> fixed(octet);
            case EXTRA_LENGTH -> {
                headerByte(octet);
                if (partBytes == 2) {
                    extraLeft = (int) partValue;
                    enter(extraLeft == 0 ? afterExtra() : Part.EXTRA);
                }
            }
            case EXTRA -> {
                headerByte(octet);
                if (--extraLeft == 0) {
                    enter(afterExtra());
                }
            }
            case NAME -> {
                headerByte(octet);
                if (octet == 0) {
                    enter(afterName());
                }
            }
            case COMMENT -> {
                headerByte(octet);
                if (octet == 0) {
                    enter(afterComment());
                }
            }
            case HEADER_CHECK -> headerCheck(octet);
            case TRAILER -> trailer(octet);
            case BETWEEN -> {
                if (octet == MAGIC_1) {
                    inflating.reset();
                    enter(Part.FIXED);
                    fixed(octet);
                } else {
                    enter(Part.IGNORED);
                }
            }
            case DATA, IGNORED -> throw new IllegalStateException("not read byte by byte");
        }
    }

    private void fixed(int octet) throws IOException {
        headerByte(octet);
        boolean wrong = switch (partBytes) {
            case 1 -> octet != MAGIC_1;
            case 2 -> octet != MAGIC_2;
            case 3 -> octet != 8;
            case 4 -> (octet & RESERVED) != 0;
            default -> false;
        };
        if (wrong) {
            throw new IOException("gzip: byte " + partBytes + " of a header is wrong (expected: RFC 1952 section 2.3)");
        }
        if (partBytes == 4) {
            flags = octet;
        }
        if (partBytes == 10) {
            enter((flags & FEXTRA) != 0 ? Part.EXTRA_LENGTH : afterExtra());
        }
    }

    private Part afterExtra() {
        return (flags & FNAME) != 0 ? Part.NAME : afterName();
    }

    private Part afterName() {
        return (flags & FCOMMENT) != 0 ? Part.COMMENT : afterComment();
    }

    private Part afterComment() {
        return (flags & FHCRC) != 0 ? Part.HEADER_CHECK : Part.DATA;
    }

    private void headerCheck(int octet) throws IOException {
        gather(octet);
        if (partBytes == 2) {
            if (partValue != (check.getValue() & 0xffff)) {
                throw new IOException("gzip: the header's check value is wrong (expected: RFC 1952 section 2.3.1)");
            }
            enter(Part.DATA);
        }
    }

    private void trailer(int octet) throws IOException {
        gather(octet);
        if (partBytes == 4) {
            if (partValue != check.getValue()) {
                throw new IOException("gzip: the check value is wrong (expected: CRC-32 of the data)");
            }
            partValue = 0;
        } else if (partBytes == 8) {
            if (partValue != (inflating.bytesWritten() & 0xffff_ffffL)) {
                throw new IOException("gzip: the length is wrong (expected: that of the data)");
            }
            enter(Part.BETWEEN);
        }
    }

    private void headerByte(int octet) {
        check.update(octet);
        gather(octet);
    }

    /** Numbers are little-endian; of longer parts only the count matters. */
    private void gather(int octet) {
        partValue |= (long) octet << (8 * (partBytes & 3));
        partBytes++;
    }

    private void enter(Part next) {
        part = next;
        partBytes = 0;
        partValue = 0;
        if (next == Part.DATA || next == Part.FIXED) {
            check.reset();
        }
    }

    @Override
    public void end() throws IOException {
        if (begun && part != Part.BETWEEN && part != Part.IGNORED) {
            throw new IOException("gzip: ended early (expected: the end of the stream)");
        }
    }

    @Override
    public void close() {
        inflating.close();
    }
}
