package io.github.imza.internal;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The way through JNA, for Java 8 and later. */
public final class Jna implements Way {
    private final Map<Function, com.sun.jna.Function> functions = new EnumMap<>(Function.class);

    private Jna(NativeLibrary library) {
        for (Function function : Function.values()) {
            functions.put(function, library.getFunction(function.symbol()));
        }
    }

    /** Loads the library. */
    public static Way load() {
        if (Native.POINTER_SIZE != Long.BYTES) {
            throw new UnsatisfiedLinkError("imza: a 64-bit Java is needed");
        }
        List<String> reasons = new ArrayList<>();
        for (String candidate : Library.candidates()) {
            try {
                return new Jna(NativeLibrary.getInstance(candidate));
            } catch (UnsatisfiedLinkError e) {
                // Of several lines, the second is the system's reason.
                String[] lines = String.valueOf(e.getMessage()).split("\n");
                reasons.add(lines[Math.min(1, lines.length - 1)]);
            }
        }
        throw Library.notFound(reasons);
    }

    @Override
    public String name() {
        return "jna";
    }

    @Override
    public Block allocate(int size) {
        return new JnaBlock(size);
    }

    @Override
    public long call(Function function, long... words) {
        String parameters = function.parameters();
        Object[] arguments = new Object[words.length];
        for (int i = 0; i < words.length; i++) {
            switch (parameters.charAt(i)) {
                case 's':
                    arguments[i] = new Str(words[i]);
                    break;
                case 'i':
                    arguments[i] = (int) words[i];
                    break;
                default:
                    arguments[i] = words[i];
            }
        }
        com.sun.jna.Function callee = functions.get(function);
        switch (function.result()) {
            case 'v':
                callee.invoke(Void.class, arguments);
                return 0;
            case 'h':
                return (Short) callee.invoke(Short.class, arguments) & 0xffff;
            case 'i':
                return (Integer) callee.invoke(Integer.class, arguments);
            default:
                return (Long) callee.invoke(Long.class, arguments);
        }
    }

    @Override
    public String text(long address) {
        return new Pointer(address).getString(0, "UTF-8");
    }

    /** An {@code imza_str} that is in memory already. */
    @Structure.FieldOrder({"ptr", "len"})
    public static final class Str extends Structure implements Structure.ByValue {
        /** The first byte. */
        public long ptr;
        /** How many bytes there are. */
        public long len;

        Str(long address) {
            super(new Pointer(address));
            setAutoSynch(false); // its fields are in the memory, not here
        }
    }

    private static final class JnaBlock implements Block {
        private final Memory memory;
        private final ByteBuffer bytes;

        JnaBlock(int size) {
            memory = new Memory(size);
            memory.clear();
            bytes = memory.getByteBuffer(0, size).order(ByteOrder.nativeOrder());
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public long address() {
            return Pointer.nativeValue(memory);
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
