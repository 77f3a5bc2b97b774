package dev.embergate.launcher.setup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Finds out at the start, not in the night, whether the data folder can be written to. */
final class DataFolder {
    /** One block: a full disk takes an empty file, but no content. */
    private static final int PROBE_BYTES = 4096;

    private DataFolder() {}

    static void check(Path folder) throws StartFailure {
        try {
            Files.createDirectories(folder);
            Path probe = Files.createTempFile(folder, ".probe-", "");
            try {
                fill(probe);
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            throw new StartFailure(
                    "data folder " + folder + ": " + why(e)
                            + " (expected: a folder this user may write to, with room; name another with data: in the"
                            + " configuration or --data FOLDER)",
                    e);
        }
    }

    static void fill(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(PROBE_BYTES);
            while (block.hasRemaining()) {
                channel.write(block);
            }
            channel.force(false);
        }
    }

    static String why(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "may not be written to";
            case FileAlreadyExistsException exists -> "is a file";
            case FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
