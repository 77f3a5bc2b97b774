package dev.embergate.engine.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connection an {@link Origin} accepted, and the virtual thread that plays its script. Thread-safe. */
public final class OriginConnection {
    private final Origin origin;
    private final Socket socket;
    private final int number;
    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean byPeer;

    OriginConnection(Origin origin, Socket socket, int number) {
        this.origin = origin;
        this.socket = socket;
        this.number = number;
    }

    /** In order of acceptance, from 0. */
    public int number() {
        return number;
    }

    /** Bytes the kernel has taken from this origin, heads included. */
    public long sent() {
        return sent.get();
    }

    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Whether it was the peer who closed or reset, noticed while reading or sending. */
    public boolean closedByPeer() {
        return byPeer;
    }

    /** Waits until the script's thread has noticed the end of this connection, whoever closed it. */
    public void awaitClosed() {
        awaitClosed(Origin.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    public void awaitClosed(long time, TimeUnit unit) {
        try {
            if (!closed.await(time, unit)) {
                throw new AssertionError("connection " + number + " is still open after " + time + " " + unit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sends now, beside the script: for bytes nobody asked for. */
    public void sendNow(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    /** Closes now, beside the script. */
    public void closeNow() {
        try {
            socket.close();
        } catch (IOException e) {
            // The peer was faster.
        }
    }

    /** Resets now, beside the script. */
    public void resetNow() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
        closeNow();
    }

    void run() {
        try (socket) {
            WireReader reader = new WireReader(socket.getInputStream(), 16 << 10);
            if (!play(origin.nextGreeting(), null, reader)) {
                return;
            }
            for (String head = reader.until("\r\n\r\n"); head != null; head = reader.until("\r\n\r\n")) {
                ReceivedRequest request = new ReceivedRequest(head, this);
                List<Step> behaviour = origin.received(request);
                if (!play(behaviour, request, reader)) {
                    return;
                }
            }
            byPeer = true;
        } catch (IOException e) {
            byPeer = !socket.isClosed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed.countDown();
        }
    }

    /** False when the connection is over. */
    private boolean play(List<Step> steps, @Nullable ReceivedRequest request, WireReader reader)
            throws IOException, InterruptedException {
        for (Step step : steps) {
            switch (step) {
                case Step.Send(byte[] bytes) -> write(bytes, 0, bytes.length);
                case Step.ReadBody() -> {
                    if (request != null) {
                        request.readBody(reader);
                    }
                }
                case Step.Stall() -> {
                    drain(reader);
                    return false;
                }
                case Step.Hold(CountDownLatch until) -> origin.await(until);
                case Step.Close() -> {
                    return false;
                }
                case Step.Reset() -> {
                    socket.setSoLinger(true, 0);
                    return false;
                }
                case Step.ShutdownOutput() -> socket.shutdownOutput();
                case Step.Endless(int pieceBytes) -> {
                    byte[] piece = new byte[pieceBytes];
                    Arrays.fill(piece, (byte) 'x');
                    while (true) {
                        write(piece, 0, piece.length);
                    }
                }
                case Step.Dribble(byte[] bytes, var tickets) -> {
                    for (int i = 0; i < bytes.length; i++) {
                        tickets.acquire();
                        write(bytes, i, 1);
                    }
                }
                case Step.Echo() -> {
                    byte[] piece = new byte[16 << 10];
                    for (int got = reader.read(piece, 0, piece.length);
                            got >= 0;
                            got = reader.read(piece, 0, piece.length)) {
                        write(piece, 0, got);
                    }
                    byPeer = true;
                    socket.shutdownOutput();
                    return false;
                }
            }
        }
        return true;
    }

    private void drain(WireReader reader) throws IOException {
        byte[] piece = new byte[16 << 10];
        while (reader.read(piece, 0, piece.length) >= 0) {
            // What comes is not wanted.
        }
        byPeer = true;
    }

    private void write(byte[] bytes, int offset, int length) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes, offset, length);
        out.flush();
        sent.addAndGet(length);
    }
}
