package dev.embergate.rules.testkit.fake;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes that a fake serves as a file does: whole, or one range of them (RFC 9110 section 14), with validators (section
 * 13). More than one range is answered whole, which section 14.2 allows.
 *
 * @param etag quoted, strong
 * @param modified cut to seconds, as HTTP dates are
 */
public record Content(byte[] bytes, String mediaType, String etag, Instant modified) {
    private static final Pattern ONE_RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

    public Content {
        modified = modified.truncatedTo(ChronoUnit.SECONDS);
    }

    FakeAnswer answer(FakeRequest request) {
        String noneMatch = request.header("If-None-Match");
        if (noneMatch != null && (noneMatch.equals("*") || noneMatch.contains(etag))) {
            return described(FakeAnswer.empty(304));
        }
        String range = request.header("Range");
        Matcher asked = ONE_RANGE.matcher(range == null ? "" : range.trim());
        if (!asked.matches() || asked.group(1).isEmpty() && asked.group(2).isEmpty() || !stillTheSame(request)) {
            return described(FakeAnswer.bytes(200, mediaType, bytes));
        }
        long length = bytes.length;
        boolean suffix = asked.group(1).isEmpty();
        long first = suffix ? Math.max(0, length - number(asked.group(2))) : number(asked.group(1));
        long last = suffix || asked.group(2).isEmpty() ? length - 1 : Math.min(length - 1, number(asked.group(2)));
        if (!suffix && !asked.group(2).isEmpty() && number(asked.group(2)) < first) {
            return described(FakeAnswer.bytes(200, mediaType, bytes));
        }
        if (first >= length || last < first) {
            return described(FakeAnswer.empty(416)).with("Content-Range", "bytes */" + length);
        }
        byte[] part = Arrays.copyOfRange(bytes, (int) first, (int) last + 1);
        return described(FakeAnswer.bytes(206, mediaType, part))
                .with("Content-Range", "bytes " + first + "-" + last + "/" + length);
    }

    /** RFC 9110 section 13.1.5: a strong tag or the exact date; otherwise the range no longer counts. */
    private boolean stillTheSame(FakeRequest request) {
        String condition = request.header("If-Range");
        if (condition == null || condition.equals(etag)) {
            return true;
        }
        try {
            return ZonedDateTime.parse(condition, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .equals(modified);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private FakeAnswer described(FakeAnswer answer) {
        return answer.with("Accept-Ranges", "bytes")
                .with("ETag", etag)
                .with("Last-Modified", DateTimeFormatter.RFC_1123_DATE_TIME.format(modified.atZone(ZoneOffset.UTC)));
    }

    /** Digits beyond the largest file mean the same as the largest file. */
    private static long number(String digits) {
        return digits.length() > 15 ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
