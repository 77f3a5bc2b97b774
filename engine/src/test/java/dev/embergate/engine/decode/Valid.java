package dev.embergate.engine.decode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes valid messages of all shapes from a seed, and cuts them. */
final class Valid {
    private static final String TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
    private static final String SEGMENT = "abcdefgXYZ0189-_~!$&'()*+,;=:@{}|\"";
    private static final String VALUE = TOKEN + "\"(),/:;<=>?@[]{} \t\u00e4\u00ff";
    private static final String[] METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "REPORT", "M-x"
    };

    private final SplittableRandom random;

    Valid(SplittableRandom random) {
        this.random = random;
    }

    byte[] requests() {
        StringBuilder all = new StringBuilder();
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            request(all);
        }
        return all.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void request(StringBuilder out) {
        boolean http10 = random.nextInt(6) == 0;
        out.append(METHODS[random.nextInt(METHODS.length)]).append(' ');
        target(out);
        out.append(http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        if (!http10 || random.nextBoolean()) {
            out.append(random.nextBoolean() ? "Host:" : "hOST: \t").append("media-1.example:8096\r\n");
        }
        fields(out);
        connection(out);
        body(out, http10 ? 2 : 3);
    }

    byte[] response(String method) {
        StringBuilder out = new StringBuilder();
        boolean http10 = random.nextInt(6) == 0;
        int[] statuses = {200, 201, 204, 206, 301, 304, 404, 500, 599};
        int status = statuses[random.nextInt(statuses.length)];
        out.append(http10 ? "HTTP/1.0 " : "HTTP/1.1 ").append(status);
        out.append(random.nextInt(4) == 0 ? " " : " Some Reason \u00e4").append("\r\n");
        fields(out);
        if (method.equals("HEAD") || status == 204 || status == 304) {
            if (random.nextBoolean() && status != 204) {
                out.append("Content-Length: ").append(random.nextInt(10_000)).append("\r\n");
            }
            connection(out);
            out.append("\r\n");
        } else if (random.nextInt(4) == 0) {
            out.append("\r\n").append(text(VALUE, 300));
        } else {
            connection(out);
            body(out, http10 ? 2 : 3);
            if (out.indexOf("Content-Length") < 0 && out.indexOf("Transfer-Encoding") < 0) {
                out.append(text(VALUE, 300));
            }
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void target(StringBuilder out) {
        int segments = random.nextInt(1, 6);
        for (int i = 0; i < segments; i++) {
            out.append(random.nextInt(8) == 0 ? "//" : "/").append(text(SEGMENT, 12));
            if (random.nextInt(4) == 0) {
                out.append("%e4%b8%AD%20");
            }
        }
        if (random.nextBoolean()) {
            out.append('?').append(text(SEGMENT + "/?%\\.", 60));
        }
    }

    private void fields(StringBuilder out) {
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            out.append("x-").append(text(TOKEN, 20)).append(':');
            out.append(" \t ", 0, random.nextInt(4));
            out.append(text(VALUE, 80).strip());
            out.append("  ", 0, random.nextInt(3)).append("\r\n");
        }
    }

    private void connection(StringBuilder out) {
        String[] values = {"close", "keep-alive", "Keep-Alive, x-a", "x-a,CLOSE", "", "upgrade"};
        if (random.nextInt(3) == 0) {
            out.append("Connection: ")
                    .append(values[random.nextInt(values.length)])
                    .append("\r\n");
        }
    }

    private void body(StringBuilder out, int framings) {
        switch (random.nextInt(framings)) {
            case 0 -> out.append("\r\n");
            case 1 -> {
                String body = text(VALUE + "\r\n\0", 500);
                out.append("Content-Length: ")
                        .append(body.length())
                        .append("\r\n\r\n")
                        .append(body);
            }
            default -> {
                out.append("Transfer-Encoding: chunked\r\n\r\n");
                int chunks = random.nextInt(6);
                for (int i = 0; i < chunks; i++) {
                    String data = 'x' + text(VALUE + "\r\n\0", 200);
                    out.append("000", 0, random.nextInt(4)).append(Integer.toHexString(data.length()));
                    extensions(out);
                    out.append("\r\n").append(data).append("\r\n");
                }
                out.append("0\r\n");
                int trailers = Math.max(0, random.nextInt(6) - 3);
                for (int i = 0; i < trailers; i++) {
                    out.append("x-")
                            .append(text(TOKEN, 9))
                            .append(": ")
                            .append('v')
                            .append(i)
                            .append("\r\n");
                }
                out.append("\r\n");
            }
        }
    }

    private void extensions(StringBuilder out) {
        String[] choices = {"", "", "", ";a", ";a=b", ";a=\"q; \\\" x\"", " ; a = b;c"};
        out.append(choices[random.nextInt(choices.length)]);
    }

    private String text(String alphabet, int most) {
        int length = random.nextInt(most);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    List<byte[]> cut(byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + random.nextInt(1, random.nextBoolean() ? 20 : 600));
            pieces.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return pieces;
    }
}
