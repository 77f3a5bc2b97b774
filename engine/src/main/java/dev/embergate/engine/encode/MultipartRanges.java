package dev.embergate.engine.encode;

import dev.embergate.engine.encode.ByteRanges.Part;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** Several ranges of one body as {@code multipart/byteranges} (RFC 9110 section 14.6), in the order they were asked for. */
final class MultipartRanges implements BodySource {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final WindowSource source;
    private final List<Part> parts;
    private final byte[][] heads;
    private final byte[] tail;
    private final String boundary;
    private int part;
    private boolean inBody;

    /**
     * @param source closed with this
     * @param mediaType Content-Type of each part
     */
    MultipartRanges(WindowSource source, List<Part> parts, String mediaType, long completeLength) {
        this(source, parts, mediaType, completeLength, boundary());
    }

    MultipartRanges(WindowSource source, List<Part> parts, String mediaType, long completeLength, String boundary) {
        this.source = source;
        this.parts = parts;
        this.boundary = boundary;
        this.heads = new byte[parts.size()][];
        for (int i = 0; i < heads.length; i++) {
            String head = (i == 0 ? "--" : "\r\n--") + boundary + "\r\nContent-Type: " + mediaType
                    + "\r\nContent-Range: " + parts.get(i).contentRange(completeLength) + "\r\n\r\n";
            heads[i] = head.getBytes(StandardCharsets.ISO_8859_1);
        }
        this.tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Nothing in a body can have been made to hold it. */
    private static String boundary() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    String mediaType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    long length() {
        long length = tail.length;
        for (int i = 0; i < heads.length; i++) {
            length += heads[i].length + parts.get(i).length();
        }
        return length;
    }

    @Override
    public void next(EventLoop loop, Receiver receiver) {
        if (inBody) {
            source.next(loop, new PartReceiver(receiver));
        } else if (part < parts.size()) {
            Part range = parts.get(part);
            source.window(range.first(), range.length());
            inBody = true;
            receiver.piece(Unpooled.wrappedBuffer(heads[part]), false);
        } else if (part == parts.size()) {
            part++;
            receiver.piece(Unpooled.wrappedBuffer(tail), true);
        } else {
            throw new IllegalStateException("next: nothing is left (expected: no call after the last piece)");
        }
    }

    @Override
    public void close() {
        source.close();
    }

    private final class PartReceiver implements Receiver {
        private final Receiver receiver;

        PartReceiver(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void piece(ByteBuf piece, boolean last) {
            if (last) {
                part++;
                inBody = false;
            }
            receiver.piece(piece, false);
        }

        @Override
        public void failed(Exception cause) {
            receiver.failed(cause);
        }
    }
}
