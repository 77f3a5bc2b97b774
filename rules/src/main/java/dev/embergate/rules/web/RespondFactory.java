package dev.embergate.rules.web;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Type {@code respond}. */
public final class RespondFactory implements RuleFactory<RespondConfig> {
    @Override
    public String type() {
        return "respond";
    }

    @Override
    public String summary() {
        return "Answers with a fixed status, header fields and body.";
    }

    @Override
    public Class<RespondConfig> config() {
        return RespondConfig.class;
    }

    @Override
    public List<Route> routes(RespondConfig config) {
        return List.of();
    }

    @Override
    public boolean conclusive(RespondConfig config) {
        return true;
    }

    @Override
    public Rule create(RespondConfig config, RuleServices services) throws InvalidConfig {
        List<Headers.Field> fields = new ArrayList<>();
        config.headers().forEach((name, value) -> fields.add(new Headers.Field(name, value)));
        Outcome answer = new Outcome.Respond(config.status(), Headers.of(fields), body(config, services));
        return (request, context) -> answer;
    }

    private static Body body(RespondConfig config, RuleServices services) throws InvalidConfig {
        if (config.text().isPresent()) {
            return Body.text(config.text().get());
        }
        if (config.json().isPresent()) {
            return Body.json(config.json().get());
        }
        if (config.file().isEmpty()) {
            return Body.EMPTY;
        }
        String name = config.file().get();
        Path file;
        try {
            file = services.configDirectory().resolve(name);
        } catch (InvalidPathException e) {
            throw new InvalidConfig("file", "file: " + name + " (expected: the name of a file)");
        }
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new InvalidConfig("file", "file: " + name + " (expected: a readable file)");
        }
        return new Body.File(file, config.mediaType().orElse(null));
    }
}
