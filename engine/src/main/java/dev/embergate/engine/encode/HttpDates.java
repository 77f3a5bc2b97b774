package dev.embergate.engine.encode;

import io.netty.util.AsciiString;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneOffset;

/** Dates as HTTP writes them (RFC 9110 section 5.6.7), in seconds since 1970. Thread-safe. */
public final class HttpDates {
    /** No date at all, or one that could not be understood. */
    public static final long NONE = Long.MIN_VALUE;

    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final String[] LONG_DAYS = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
    };
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    private static final int SECONDS_PER_DAY = 86_400;

    // A final field makes it safe to read from every loop without a fence; two loops may both make the same second's.
    private static Second current = new Second(NONE, AsciiString.EMPTY_STRING);

    private record Second(long epochSecond, AsciiString text) {}

    private HttpDates() {}

    /** This second as an IMF-fixdate, for the Date field. Made once a second, so it costs a clock reading. */
    public static AsciiString now() {
        long second = System.currentTimeMillis() / 1000;
        Second last = current;
        if (last.epochSecond != second) {
            last = new Second(second, new AsciiString(format(second)));
            current = last;
        }
        return last.text;
    }

    /** As an IMF-fixdate: {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String format(long epochSecond) {
        long day = Math.floorDiv(epochSecond, SECONDS_PER_DAY);
        int second = Math.floorMod(epochSecond, SECONDS_PER_DAY);
        LocalDate date = LocalDate.ofEpochDay(day);
        StringBuilder text = new StringBuilder(29);
        text.append(DAYS[date.getDayOfWeek().ordinal()]).append(", ");
        two(text, date.getDayOfMonth())
                .append(' ')
                .append(MONTHS[date.getMonthValue() - 1])
                .append(' ');
        int year = date.getYear();
        two(two(text, year / 100), year % 100).append(' ');
        two(text, second / 3600).append(':');
        two(text, second / 60 % 60).append(':');
        return two(text, second % 60).append(" GMT").toString();
    }

    private static StringBuilder two(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** Any of the three formats a recipient must accept; {@link #NONE} for anything else. */
    public static long parse(String text) {
        return parse(text, Year.now(ZoneOffset.UTC).getValue());
    }

    /** @param thisYear what the two digits of an RFC 850 year are taken near to */
    static long parse(String text, int thisYear) {
        int comma = text.indexOf(',');
        if (comma == 3) {
            return imfFixdate(text);
        }
        return comma > 3 ? rfc850(text, comma, thisYear) : asctime(text);
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT} */
    private static long imfFixdate(String text) {
        if (text.length() != 29
                || index(DAYS, text.substring(0, 3)) < 0
                || !text.startsWith(", ", 3)
                || text.charAt(7) != ' '
                || text.charAt(11) != ' '
                || text.charAt(16) != ' '
                || !text.endsWith(" GMT")) {
            return NONE;
        }
        return seconds(number(text, 12, 16), month(text, 8), number(text, 5, 7), text, 17);
    }

    /** {@code Sunday, 06-Nov-94 08:49:37 GMT}; a year that seems over 50 years ahead is one of the past. */
    private static long rfc850(String text, int comma, int thisYear) {
        if (text.length() != comma + 24
                || index(LONG_DAYS, text.substring(0, comma)) < 0
                || text.charAt(comma + 1) != ' '
                || text.charAt(comma + 4) != '-'
                || text.charAt(comma + 8) != '-'
                || text.charAt(comma + 11) != ' '
                || !text.endsWith(" GMT")) {
            return NONE;
        }
        int year = number(text, comma + 9, comma + 11);
        if (year < 0) {
            return NONE;
        }
        year += thisYear / 100 * 100;
        if (year > thisYear + 50) {
            year -= 100;
        }
        return seconds(year, month(text, comma + 5), number(text, comma + 2, comma + 4), text, comma + 12);
    }

    /** {@code Sun Nov  6 08:49:37 1994} */
    private static long asctime(String text) {
        if (text.length() != 24
                || index(DAYS, text.substring(0, 3)) < 0
                || text.charAt(3) != ' '
                || text.charAt(7) != ' '
                || text.charAt(10) != ' '
                || text.charAt(19) != ' ') {
            return NONE;
        }
        int day = text.charAt(8) == ' ' ? number(text, 9, 10) : number(text, 8, 10);
        return seconds(number(text, 20, 24), month(text, 4), day, text, 11);
    }

    private static long seconds(int year, int month, int day, String text, int clock) {
        int hour = number(text, clock, clock + 2);
        int minute = number(text, clock + 3, clock + 5);
        int second = number(text, clock + 6, clock + 8);
        if (year < 0
                || day < 0
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 60
                || text.charAt(clock + 2) != ':'
                || text.charAt(clock + 5) != ':') {
            return NONE;
        }
        try {
            // 60 is a leap second, which seconds since 1970 do not count.
            long midnight = LocalDate.of(year, month, day).toEpochDay() * SECONDS_PER_DAY;
            return midnight + hour * 3600L + minute * 60L + Math.min(second, 59);
        } catch (DateTimeException e) {
            return NONE;
        }
    }

    private static int month(String text, int at) {
        return index(MONTHS, text.substring(at, at + 3)) + 1;
    }

    private static int index(String[] names, String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
