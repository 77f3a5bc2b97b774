package dev.embergate.launcher.config;

/**
 * Where something stands in a file.
 *
 * @param line from 1; 0 for the file as a whole
 * @param column from 1
 */
public record Place(String file, int line, int column) {
    public static Place of(String file) {
        return new Place(file, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
