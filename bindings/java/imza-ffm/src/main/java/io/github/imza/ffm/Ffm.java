package io.github.imza.ffm;

import io.github.imza.internal.Function;
import io.github.imza.internal.Library;
import io.github.imza.internal.Way;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The way through the foreign-function API. */
@SuppressWarnings("restricted") // calling C is what it is for
public final class Ffm implements Way {
    /** {@code imza_str}: an address and a length. */
    private static final MemoryLayout STR = MemoryLayout.structLayout(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

    private final Map<Function, MethodHandle> handles = new EnumMap<>(Function.class);

    private Ffm(SymbolLookup library) throws ReflectiveOperationException {
        MethodHandle str = MethodHandles.lookup()
                .findStatic(Ffm.class, "str", MethodType.methodType(MemorySegment.class, long.class));
        for (Function function : Function.values()) {
            MemorySegment symbol = library.find(function.symbol())
                    .orElseThrow(() -> new UnsatisfiedLinkError("imza: the C library lacks " + function.symbol()));
            MemoryLayout[] layouts =
                    function.parameters().chars().mapToObj(letter -> layout((char) letter)).toArray(MemoryLayout[]::new);
            FunctionDescriptor descriptor = function.result() == 'v'
                    ? FunctionDescriptor.ofVoid(layouts) : FunctionDescriptor.of(layout(function.result()), layouts);
            MethodHandle handle = Linker.nativeLinker().downcallHandle(symbol, descriptor);
            for (int i = 0; i < layouts.length; i++) {
                if (layouts[i] == STR) {
                    handle = MethodHandles.filterArguments(handle, i, str);
                }
            }
            MethodType words = MethodType.genericMethodType(layouts.length).changeReturnType(long.class);
            for (int i = 0; i < layouts.length; i++) {
                words = words.changeParameterType(i, long.class);
            }
            handle = MethodHandles.explicitCastArguments(handle, words);
            handles.put(function, handle.asSpreader(long[].class, layouts.length));
        }
    }

    /** Loads the library. */
    public static Way load() {
        List<String> reasons = new ArrayList<>();
        for (String candidate : Library.candidates()) {
            try {
                return new Ffm(candidate.contains("/") || candidate.contains("\\")
                        ? SymbolLookup.libraryLookup(Path.of(candidate), Arena.global())
                        : SymbolLookup.libraryLookup(candidate, Arena.global()));
            } catch (IllegalArgumentException e) {
                reasons.add(e.getMessage());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        throw Library.notFound(reasons);
    }

    private static MemoryLayout layout(char letter) {
        return switch (letter) {
            case 's' -> STR;
            case 'i' -> ValueLayout.JAVA_INT;
            case 'h' -> ValueLayout.JAVA_CHAR;
            default -> ValueLayout.JAVA_LONG;
        };
    }

    private static MemorySegment str(long address) {
        return MemorySegment.ofAddress(address).reinterpret(STR.byteSize());
    }

    @Override
    public String name() {
        return "ffm";
    }

    @Override
    public Block allocate(int size) {
        return new FfmBlock(size);
    }

    @Override
    public long call(Function function, long... words) {
        try {
            return (long) handles.get(function).invokeExact(words);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // the library throws nothing
        }
    }

    @Override
    public String text(long address) {
        return MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
    }

    private static final class FfmBlock implements Block {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment segment;
        private final ByteBuffer bytes;

        FfmBlock(int size) {
            segment = arena.allocate(size, Long.BYTES);
            bytes = segment.asByteBuffer().order(ByteOrder.nativeOrder());
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public long address() {
            return segment.address();
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
