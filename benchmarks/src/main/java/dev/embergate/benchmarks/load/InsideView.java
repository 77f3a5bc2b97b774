package dev.embergate.benchmarks.load;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into a Java program that runs, over the management agent that every JDK can start in it: on loopback, for this user only.
 * What the agent itself needs is on threads of its own.
 */
final class InsideView implements AutoCloseable {
    private final JMXConnector connector;
    private final ThreadMXBean threads;
    private final MemoryMXBean memory;

    private InsideView(JMXConnector connector) throws IOException {
        this.connector = connector;
        MBeanServerConnection server = connector.getMBeanServerConnection();
        threads = ManagementFactory.getPlatformMXBean(server, ThreadMXBean.class);
        memory = ManagementFactory.getPlatformMXBean(server, MemoryMXBean.class);
    }

    @SuppressWarnings("BanJNDI") // the address is that of a program which this one has started
    static InsideView of(Peer peer) throws IOException {
        try {
            VirtualMachine machine =
                    VirtualMachine.attach(Long.toString(peer.process().pid()));
            try {
                return new InsideView(
                        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
            } finally {
                machine.detach();
            }
        } catch (com.sun.tools.attach.AttachNotSupportedException e) {
            throw new IOException(peer.name() + ": cannot be looked into (expected: a JDK's Java, as this user)", e);
        }
    }

    /** Bytes that each kind of thread has allocated on the heap since it began, to the byte. */
    Map<ThreadKind, Long> allocatedBytes() {
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        Map<ThreadKind, Long> sums = new TreeMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (infos[i] != null && bytes[i] > 0) {
                sums.merge(ThreadKind.of(infos[i].getThreadName()), bytes[i], Long::sum);
            }
        }
        return sums;
    }

    int threadCount() {
        return threads.getThreadCount();
    }

    /** What is left on the heap after a full collection. */
    long heapBytesAfterCollection() {
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
