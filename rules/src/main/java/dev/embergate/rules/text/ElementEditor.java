package dev.embergate.rules.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Changes one element of an array in a JSON document. Runs on an event loop and must not block. */
@FunctionalInterface
public interface ElementEditor {
    /**
     * @param element may be changed in place; floating-point numbers are exact decimals
     * @return what stands in the element's place, in order: the element itself, nothing, or several
     */
    List<? extends JsonNode> edit(ObjectNode element) throws IOException;
}
