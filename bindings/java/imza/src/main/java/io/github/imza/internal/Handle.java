package io.github.imza.internal;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * An object of the library's. Many threads can use it at once; changing it and closing it wait until no one does, so that no call
 * ever meets an object that has ended.
 */
public final class Handle implements AutoCloseable {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final String name;
    private final Function free;
    /** 0 once it is closed. */
    private long address;

    /** {@code name}: what users call it; {@code free}: what ends it. */
    public Handle(String name, long address, Function free) {
        this.name = name;
        this.address = address;
        this.free = free;
    }

    /** Uses the object, while it is neither changed nor closed. */
    public <T> T use(LongFunction<T> use) {
        lock.readLock().lock();
        try {
            return use.apply(open());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Changes the object, while no one else uses it. */
    public void change(LongConsumer change) {
        lock.writeLock().lock();
        try {
            change.accept(open());
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Ends the object, once no one uses it. A second time does nothing. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (address != 0) {
                Library.way().call(free, address);
                address = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private long open() {
        if (address == 0) {
            throw new IllegalStateException("this " + name + " is closed");
        }
        return address;
    }
}
