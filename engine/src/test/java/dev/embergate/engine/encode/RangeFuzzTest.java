package dev.embergate.engine.encode;

import dev.embergate.engine.testkit.FuzzInputs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzz target: a Range field, behind two octets that say how long the body is. Parts lie inside the body, do not overlap and are
 * no more than allowed; the multipart body made of them has the length announced and, read part by part, the bytes asked for.
 */
public class RangeFuzzTest {
    private static final EventLoop LOOP = new DefaultEventLoop();

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Stream.of(
                                "\1\0bytes=0-0",
                                "\0\5bytes=-1",
                                "\1\0bytes=0-1,3-4, 9-",
                                "\1\0bytes=9-1",
                                "\0\0bytes=-1",
                                "\1\0bytes=0-99999999999999999999,-3",
                                "\1\0bytes=,,1-2,,5-6,",
                                "\1\0bytes=0-,0-,0-",
                                "\2\0Bytes=100-200,300-400,0-5,201-209",
                                "\1\0bytes=1-1,3-3,5-5,7-7,9-9,11-11,13-13,15-15,17-17,19-19,21-21,23-23,25-25,27-27,29-29,31-31,33-33")
                        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1)),
                FuzzInputs.stored(RangeFuzzTest.class));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForASeed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int length = (input[0] & 0xff) << 8 | (input[1] & 0xff);
        String field = new String(input, 2, input.length - 2, StandardCharsets.ISO_8859_1);
        if (!(ByteRanges.of(field, length) instanceof ByteRanges.Parts asked)) {
            return;
        }
        List<ByteRanges.Part> parts = asked.parts();
        require(!parts.isEmpty() && parts.size() <= ByteRanges.MAX_RANGES, "parts: " + parts.size());
        long sum = 0;
        for (int i = 0; i < parts.size(); i++) {
            ByteRanges.Part part = parts.get(i);
            require(part.first() >= 0 && part.first() <= part.last() && part.last() < length, part + " of " + length);
            sum += part.length();
            for (ByteRanges.Part other : parts.subList(0, i)) {
                require(part.first() > other.last() || other.first() > part.last(), part + " over " + other);
            }
        }
        require(sum <= length, "more than the whole: " + sum);
        multipart(parts, length);
    }

    private static void multipart(List<ByteRanges.Part> parts, int length) {
        byte[] body = new byte[length];
        for (int i = 0; i < length; i++) {
            body[i] = (byte) (i * 31 ^ i >> 8);
        }
        MultipartRanges source = new MultipartRanges(new MemorySource(body), parts, "video/mp4", length, "x");
        byte[] sent = drained(source);
        require(sent.length == source.length(), "length: " + sent.length + " (expected: " + source.length() + ")");
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            ByteRanges.Part part = parts.get(i);
            String head = (i == 0 ? "" : "\r\n") + "--x\r\nContent-Type: video/mp4\r\nContent-Range: bytes "
                    + part.first() + "-" + part.last() + "/" + length + "\r\n\r\n";
            byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
            require(Arrays.equals(sent, at, at + headBytes.length, headBytes, 0, headBytes.length), "head " + i);
            at += headBytes.length;
            int end = at + (int) part.length();
            require(Arrays.equals(sent, at, end, body, (int) part.first(), (int) part.last() + 1), "part " + i);
            at = end;
        }
        String tail = new String(sent, at, sent.length - at, StandardCharsets.ISO_8859_1);
        require(tail.equals("\r\n--x--\r\n"), "tail: " + tail);
    }

    private static byte[] drained(MultipartRanges source) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        boolean[] over = new boolean[1];
        while (!over[0]) {
            source.next(LOOP, new BodySource.Receiver() {
                @Override
                public void piece(ByteBuf piece, boolean last) {
                    sent.writeBytes(ByteBufUtil.getBytes(piece));
                    piece.release();
                    over[0] = last;
                }

                @Override
                public void failed(Exception cause) {
                    throw new AssertionError(cause);
                }
            });
        }
        source.close();
        return sent.toByteArray();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
