package io.github.imza.dlga;

/** A request that is genuine. */
public final class Accepted {
    private final String keyId;
    private final int keyIndex;
    private final String requester;

    Accepted(String keyId, int keyIndex, String requester) {
        this.keyId = keyId;
        this.keyIndex = keyIndex;
        this.requester = requester;
    }

    /** The access key id that signed. */
    public String keyId() {
        return keyId;
    }

    /** The key that matched, in the order of adding, from 0 (DLGA-20). */
    public int keyIndex() {
        return keyIndex;
    }

    /**
     * The person on whose behalf the call says it is made. This is <b>not</b> covered by the signature: anyone on the path can have
     * changed it (DLGA-2). Good for a log, not for a decision.
     */
    public String requester() {
        return requester;
    }

    @Override
    public String toString() {
        return "Accepted[" + keyId + ", key " + keyIndex + "]";
    }
}
