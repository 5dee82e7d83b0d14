package io.github.imza.internal;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * An object of the library's. Many threads can use it at once; changing it and closing it wait until no one does, so that no call
 * ever meets an object that has ended. One that was never closed ends some time after Java has collected its handle.
 */
public final class Handle implements AutoCloseable {
    private static final ReferenceQueue<Handle> COLLECTED = new ReferenceQueue<>();
    /** The objects that have not ended: a reference that is itself collected is never put into the queue. */
    private static final Set<Owned> OWNED = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Owned owned;
    /** Written behind each use, so that Java does not collect the handle before. */
    private volatile boolean wasUsed;

    /** {@code name}: what users call it; {@code free}: what ends it. */
    public Handle(String name, long address, Function free) {
        this.name = name;
        this.owned = new Owned(this, address, free);
        OWNED.add(owned);
        for (Reference<?> collected; (collected = COLLECTED.poll()) != null; ) {
            ((Owned) collected).end();
        }
    }

    /** Uses the object, while it is neither changed nor closed. */
    public <T> T use(LongFunction<T> use) {
        owned.lock.readLock().lock();
        try {
            return use.apply(open());
        } finally {
            owned.lock.readLock().unlock();
            wasUsed = true;
        }
    }

    /** Changes the object, while no one else uses it. */
    public void change(LongConsumer change) {
        owned.lock.writeLock().lock();
        try {
            change.accept(open());
        } finally {
            owned.lock.writeLock().unlock();
            wasUsed = true;
        }
    }

    /** Ends the object, once no one uses it. A second time does nothing. */
    @Override
    public void close() {
        owned.end();
        wasUsed = true;
    }

    private long open() {
        if (owned.address == 0) {
            throw new IllegalStateException("this " + name + " is closed");
        }
        return owned.address;
    }

    /** The object itself, which outlives its handle. */
    private static final class Owned extends PhantomReference<Handle> {
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        private final Function free;
        /** 0 once it has ended. */
        private long address;

        Owned(Handle handle, long address, Function free) {
            super(handle, COLLECTED);
            this.address = address;
            this.free = free;
        }

        void end() {
            lock.writeLock().lock();
            try {
                if (address != 0) {
                    Library.way().call(free, address);
                    address = 0;
                    OWNED.remove(this);
                }
            } finally {
                lock.writeLock().unlock();
            }
        }
    }
}
