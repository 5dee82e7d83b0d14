package io.github.imza.dlga;

/** The names of the three headers (DLGA-4). */
public enum HeaderNames {
    /** {@code x-dlg-date}, {@code x-dlg-requester-userid}, {@code x-dlg-authorization}: the default. */
    X_DLG("x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization"),
    /** {@code Date}, {@code X-Requester-UserId}, {@code X-Authorization}: the names of the vendor's error table. */
    X("Date", "X-Requester-UserId", "X-Authorization");

    private final String date;
    private final String requester;
    private final String authorization;

    HeaderNames(String date, String requester, String authorization) {
        this.date = date;
        this.requester = requester;
        this.authorization = authorization;
    }

    /** The name of the header with the date. */
    public String date() {
        return date;
    }

    /** The name of the header with the person on whose behalf the call is made. */
    public String requester() {
        return requester;
    }

    /** The name of the header with the signature. */
    public String authorization() {
        return authorization;
    }
}
