package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.FieldName;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.encode.FieldLines;
import dev.embergate.engine.encode.HeadWriter;
import dev.embergate.engine.encode.HopByHop;
import dev.embergate.engine.rewrite.RewritingBody;
import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.telemetry.RequestIds;
import dev.embergate.engine.telemetry.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request's head on its way upstream: what the client sent, less what is meant for one hop or claimed about the client, with
 * the rule's edits, and then the engine's own fields, which nothing overrides.
 */
public final class OutboundHead {
    private static final AsciiString HTTP11 = AsciiString.cached(" HTTP/1.1\r\n");
    private static final AsciiString CHUNKED = AsciiString.cached("Transfer-Encoding: chunked\r\n");
    private static final AsciiString VIA = AsciiString.cached("Via: 1.1 embergate\r\n");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("Content-Length");

    private static final Set<String> AFTERWARDS = Set.of(
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-real-ip",
            "x-request-id",
            "traceparent",
            "tracestate");

    private OutboundHead() {}

    /**
     * @param length of the body; -1 to send no Content-Length
     * @param rewrite whether the answer's body will be changed: asks for codings the engine can undo and for the whole of it
     * @param upgrade the protocol to ask for; null for none
     */
    public static ByteBuf write(
            ByteBufAllocator alloc,
            ParsedRequest request,
            RequestEdits edits,
            UpstreamName upstream,
            OutboundRequest.Body body,
            long length,
            boolean rewrite,
            @Nullable String upgrade,
            RequestIds requestIds,
            long requestNumber) {
        ByteBuf out = alloc.ioBuffer(request.sizeBytes() + 384);
        HeadWriter.text(out, request.method());
        out.writeByte(' ');
        HeadWriter.line(out, upstream.basePath());
        String target = edits.target();
        if (target == null) {
            request.copyTarget(out);
        } else {
            HeadWriter.text(out, target);
        }
        HeadWriter.line(out, HTTP11);
        if (edits.set().first("Host") == null) {
            HeadWriter.line(out, upstream.hostLine());
        }
        relayFields(out, request, edits, body, rewrite);
        fields(out, edits.set().fields(), rewrite);
        if (rewrite) {
            HeadWriter.field(out, "Accept-Encoding", RewritingBody.ACCEPT_ENCODING);
        }
        forwarding(out, request, requestIds, requestNumber);
        if (body == OutboundRequest.Body.CHUNKED) {
            HeadWriter.line(out, CHUNKED);
        } else if (length >= 0) {
            HeadWriter.field(out, CONTENT_LENGTH, length);
        }
        if (upgrade != null) {
            HeadWriter.field(out, "Connection", "Upgrade");
            HeadWriter.field(out, "Upgrade", upgrade);
        }
        HeadWriter.end(out);
        return out;
    }

    private static void relayFields(
            ByteBuf out, ParsedRequest request, RequestEdits edits, OutboundRequest.Body body, boolean rewrite) {
        boolean edited = !edits.isNone();
        boolean bodyIsNew = edits.body() != null;
        long run = FieldLines.NONE;
        int count = request.fieldCount();
        for (int i = 0; i < count; i++) {
            FieldName name = request.fieldName(i);
            if (name != FieldName.OTHER) {
                if (name.isForwarding() || isEnginesOwn(name) || (rewrite && asksForPart(name))) {
                    continue;
                }
                if (name == FieldName.EXPECT && (body == OutboundRequest.Body.NONE || bodyIsNew)) {
                    continue;
                }
            }
            if (HopByHop.stops(request, i) || (edited && isEdited(edits, request, i))) {
                continue;
            }
            run = FieldLines.keep(request, out, run, i);
        }
        FieldLines.end(request, out, run);
    }

    private static boolean isEnginesOwn(FieldName name) {
        return switch (name) {
            case HOST, CONTENT_LENGTH, X_REQUEST_ID, TRACEPARENT, TRACESTATE -> true;
            default -> false;
        };
    }

    /** What would bring less than a whole body, or one in a coding we cannot undo. */
    private static boolean asksForPart(FieldName name) {
        return switch (name) {
            case ACCEPT_ENCODING, RANGE, IF_RANGE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE ->
                true;
            default -> false;
        };
    }

    private static boolean isEdited(RequestEdits edits, ParsedRequest request, int index) {
        for (String name : edits.remove()) {
            if (request.fieldNameIs(index, name)) {
                return true;
            }
        }
        for (Headers.Field field : edits.set().fields()) {
            if (request.fieldNameIs(index, field.name())) {
                return true;
            }
        }
        return false;
    }

    private static void fields(ByteBuf out, List<Headers.Field> fields, boolean rewrite) {
        for (int i = 0; i < fields.size(); i++) {
            Headers.Field field = fields.get(i);
            if (!HopByHop.isEngines(field.name()) && !isSetAfterwards(field.name(), rewrite)) {
                HeadWriter.field(out, field.name(), field.value());
            }
        }
    }

    /** What the engine says of the client, the trace and the codings it can undo: no rule says otherwise, none is sent twice. */
    private static boolean isSetAfterwards(String name, boolean rewrite) {
        String lower = name.toLowerCase(Locale.ROOT);
        return AFTERWARDS.contains(lower) || (rewrite && lower.equals("accept-encoding"));
    }

    private static void forwarding(ByteBuf out, ParsedRequest request, RequestIds requestIds, long requestNumber) {
        Client client = request.client();
        String address = client.addressText();
        HeadWriter.field(out, "X-Forwarded-For", client.via().isEmpty() ? address : address + client.via());
        HeadWriter.field(out, "X-Real-IP", address);
        HeadWriter.field(out, "X-Forwarded-Proto", client.scheme());
        if (!client.authority().isEmpty()) {
            HeadWriter.field(out, "X-Forwarded-Host", client.authority());
        }
        HeadWriter.text(out, "X-Request-Id: ");
        requestIds.write(requestNumber, out);
        HeadWriter.end(out);
        trace(out, request.value(FieldName.TRACEPARENT), request.value(FieldName.TRACESTATE));
        HeadWriter.line(out, VIA);
    }

    /** A valid trace goes on, with its state; anything else is replaced by a new one (W3C Trace Context). */
    private static void trace(ByteBuf out, @Nullable String parent, @Nullable String state) {
        HeadWriter.text(out, "traceparent: ");
        TraceContext.write(out, parent);
        HeadWriter.end(out);
        if (state != null && TraceContext.isValid(parent)) {
            HeadWriter.field(out, "tracestate", state);
        }
    }
}
