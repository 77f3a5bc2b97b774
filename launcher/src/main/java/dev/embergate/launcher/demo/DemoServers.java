package dev.embergate.launcher.demo;

import dev.embergate.rules.testkit.fake.Catalogue;
import dev.embergate.rules.testkit.fake.FakeAlist;
import dev.embergate.rules.testkit.fake.FakeDrive;
import dev.embergate.rules.testkit.fake.FakeEmby;
import java.util.ArrayList;
import java.util.List;

/** The pretended servers of the demo, on free loopback ports. */
record DemoServers(FakeEmby emby, FakeAlist alist, FakeDrive drive) implements AutoCloseable {
    static final String MOUNT = "/115";
    static final String ALIST_TOKEN = "demo-alist-token";

    static DemoServers start() {
        FakeDrive drive = FakeDrive.start();
        Catalogue.driveFiles().forEach(drive::put);
        FakeAlist alist = FakeAlist.start(drive, MOUNT, ALIST_TOKEN);
        FakeEmby emby = FakeEmby.start(alist.strm(MOUNT + "/movies/Ember (2026)/Ember 余烬.mp4"));
        return new DemoServers(emby, alist, drive);
    }

    /** Where requests broke the real servers' interfaces; empty when all is well. */
    List<String> violations() {
        List<String> violations = new ArrayList<>(emby.violations());
        violations.addAll(alist.violations());
        return violations;
    }

    @Override
    public void close() {
        emby.close();
        alist.close();
        drive.close();
    }
}
