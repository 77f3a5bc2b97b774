package dev.embergate.engine.encode;

import dev.embergate.engine.decode.ParsedRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Sends a client to the same address in https, method and body kept (RFC 9110 section 15.4.9). */
public final class HttpsRedirect {
    private static final int STATUS = 308;
    private static final int HTTPS_PORT = 443;

    private HttpsRedirect() {}

    /**
     * A whole answer.
     *
     * @param request one that names an authority, which is echoed without its port; its target as it came
     */
    public static ByteBuf head(ByteBufAllocator alloc, ParsedRequest request, int port, boolean keepAlive) {
        ByteBuf out = alloc.ioBuffer(512);
        HeadWriter.statusLine(out, STATUS, ReasonPhrases.of(STATUS));
        HeadWriter.field(out, "Date", HttpDates.now().toString());
        HeadWriter.text(out, "Location: https://");
        HeadWriter.text(out, host(request.client().authority()));
        if (port != HTTPS_PORT) {
            HeadWriter.text(out, ":" + port);
        }
        if (!request.path().equals("*")) { // OPTIONS * is for the server as such: no path (RFC 9112 section 3.2.4)
            request.copyTarget(out);
        }
        HeadWriter.end(out);
        HeadWriter.field(out, "Content-Length", "0");
        if (!keepAlive) {
            HeadWriter.field(out, "Connection", "close");
        } else if (request.isHttp10()) {
            HeadWriter.field(out, "Connection", "keep-alive");
        }
        HeadWriter.end(out);
        return out;
    }

    private static String host(String authority) {
        int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
        return end < 0 ? authority : authority.substring(0, end);
    }
}
