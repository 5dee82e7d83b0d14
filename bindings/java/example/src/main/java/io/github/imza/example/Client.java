package io.github.imza.example;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.imza.Fields;
import io.github.imza.dlga.Signer;
import io.github.imza.haso.Merchant;
import io.github.imza.haso.Recipe;
import io.github.imza.http.SigningClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A signing client: makes both documented calls and prints the answers.
 *
 * <p>Arguments: the server's URL, and how many seconds old the DLGA date is (0 by default). The credentials come from the
 * environment: {@code DLGA_KEY_ID}, {@code DLGA_SECRET}, {@code HASO_MERCHANT_ID}, {@code HASO_KEY}, {@code HASO_SALT}. The exit
 * code is 1 when an answer is not the documented success.
 */
public final class Client {
    private static final String JSON = "application/json";

    private Client() {}

    /** The program. */
    public static void main(String[] arguments) throws InterruptedException {
        String server = arguments.length > 0 ? arguments[0] : "http://127.0.0.1:8080";
        long age = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
        System.exit(run(server, age, System.getenv(), System.out) ? 0 : 1);
    }

    /** Makes both calls; whether both were answered with success. */
    public static boolean run(String server, long age, Map<String, String> environment, PrintStream out)
            throws InterruptedException {
        boolean hash = report(out, "gettransactionhashforonlinehelp", () -> transactionHash(server, age, environment));
        boolean limit = report(out, "SetPreDefinedLimit", () -> limit(server, environment));
        return hash && limit;
    }

    private static String transactionHash(String server, long age, Map<String, String> environment)
            throws IOException, InterruptedException {
        String body = "{\"customerId\" : \"123456\", \"deviceHash\" : \"fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k=\"}";
        try (Signer signer = Signer.of(variable(environment, "DLGA_KEY_ID"), variable(environment, "DLGA_SECRET"))) {
            HttpClient client = SigningClient.of(http(), signer, "45186")
                    .clock(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-age)));
            HttpResponse<String> answer = client.send(
                    post(server + "/v1/application/gettransactionhashforonlinehelp", body), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("the vendor refused the signature with " + answer.statusCode() + ": " + answer.body());
            }
            return JsonParser.parseString(answer.body()).getAsJsonObject().get("transactionHash").getAsString();
        }
    }

    private static String limit(String server, Map<String, String> environment) throws IOException, InterruptedException {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("merchantId", variable(environment, "HASO_MERCHANT_ID"));
        fields.put("customerId", "5500123");
        fields.put("dealerSegment", "GOLD");
        fields.put("ipAddress", "85.105.1.2");
        try (Merchant merchant = Merchant.of(fields.get("merchantId"), variable(environment, "HASO_KEY"),
                        variable(environment, "HASO_SALT"));
                Recipe recipe = Recipe.find("SetPreDefinedLimit")) {
            fields.put("requestToken", merchant.token(recipe, Fields.of(fields)));
        }
        JsonObject body = new JsonObject();
        fields.forEach(body::addProperty);
        HttpResponse<String> response =
                http().send(post(server + "/RequestV2/SetPreDefinedLimit", body.toString()), BodyHandlers.ofString());
        JsonObject answer = JsonParser.parseString(response.body()).getAsJsonObject();
        if (!answer.get("Success").getAsBoolean()) {
            throw new IOException("the vendor refused the call: " + answer.getAsJsonArray("Errors").get(0).getAsString());
        }
        return answer.get("Data").toString();
    }

    private static HttpClient http() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
    }

    private static HttpRequest post(String url, String body) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30))
                .header("Content-Type", JSON).POST(BodyPublishers.ofString(body)).build();
    }

    private static String variable(Map<String, String> environment, String name) throws IOException {
        String value = environment.get(name);
        if (value == null) {
            throw new IOException("the environment variable " + name + " is not set");
        }
        return value;
    }

    private interface Answer {
        String get() throws IOException, InterruptedException;
    }

    private static boolean report(PrintStream out, String call, Answer answer) throws InterruptedException {
        try {
            out.print(call + ": " + answer.get() + "\n");
            return true;
        } catch (IOException | RuntimeException e) {
            out.print(call + ": " + e.getMessage() + "\n");
            return false;
        }
    }
}
