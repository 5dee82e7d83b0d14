package io.github.imza.tests;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.imza.Fields;
import io.github.imza.ImzaException;
import io.github.imza.dlga.Verifier;
import io.github.imza.haso.Merchant;
import io.github.imza.haso.Recipe;
import io.github.imza.http.VerifyingFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;

/** Jetty, on a free port of the loopback address, with the two documented endpoints and the vendors' documented answers. */
final class Server implements AutoCloseable {
    static final Map<String, String> CREDENTIALS = Map.of(
            "DLGA_KEY_ID", "key-id",
            "DLGA_SECRET", "not-a-real-secret",
            "HASO_MERCHANT_ID", "1000042",
            "HASO_KEY", "merchant-key-not-real",
            "HASO_SALT", "merchant-salt-not-real");

    private final Verifier verifier = new Verifier().addKey(CREDENTIALS.get("DLGA_KEY_ID"), CREDENTIALS.get("DLGA_SECRET"));
    private final Merchant merchant = Merchant.of(
            CREDENTIALS.get("HASO_MERCHANT_ID"), CREDENTIALS.get("HASO_KEY"), CREDENTIALS.get("HASO_SALT"));
    private final Recipe recipe = Recipe.find("SetPreDefinedLimit");
    private final org.eclipse.jetty.server.Server jetty = new org.eclipse.jetty.server.Server();
    private final ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(asSent()));
    /** What the filter refused, for a log. */
    final Queue<ImzaException> refused = new ConcurrentLinkedQueue<>();

    Server() throws Exception {
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        VerifyingFilter filter = new VerifyingFilter(verifier).refused((request, refusal) -> refused.add(refusal));
        context.addFilter(new FilterHolder(filter), "/v1/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new TransactionHash()), "/v1/application/gettransactionhashforonlinehelp");
        context.addServlet(new ServletHolder(new Echo()), "/v1/echo/*");
        context.addServlet(new ServletHolder(new Limit()), "/RequestV2/SetPreDefinedLimit");
        jetty.setHandler(context);
        jetty.start();
    }

    /** By default Jetty makes `charset=UTF-8` of a received `charset=utf-8`, which is not what was signed (DLGA-8). */
    private static HttpConfiguration asSent() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setHeaderCacheCaseSensitive(true);
        return configuration;
    }

    int port() {
        return connector.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    @Override
    public void close() throws IOException {
        try {
            jetty.stop();
        } catch (Exception e) {
            throw new IOException(e);
        }
        verifier.close();
        merchant.close();
        recipe.close();
    }

    private static void answer(HttpServletResponse response, JsonObject answer) throws IOException {
        response.setContentType("application/json");
        response.getWriter().write(answer.toString());
    }

    private static final class TransactionHash extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            JsonParser.parseReader(request.getReader()).getAsJsonObject().get("customerId").getAsString();
            JsonObject answer = new JsonObject();
            answer.addProperty("isSuccess", true);
            answer.addProperty("message", "TransactionHash created");
            answer.addProperty("transactionHash", "7c5963043b37edbe2706c2b48b4568387084acc7");
            answer(response, answer);
        }
    }

    /** Answers with who signed, and with the body as it reached the servlet. */
    private static final class Echo extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setHeader("signed-by", VerifyingFilter.accepted(request).keyId());
            response.setHeader("requester", VerifyingFilter.accepted(request).requester());
            response.getOutputStream().write(request.getInputStream().readAllBytes());
        }
    }

    @SuppressWarnings("serial") // no servlet is written to a stream
    private final class Limit extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            JsonObject posted = JsonParser.parseReader(request.getReader()).getAsJsonObject();
            Fields fields = new Fields();
            posted.entrySet().forEach(field -> fields.add(field.getKey(), field.getValue().getAsString()));
            JsonObject answer = new JsonObject();
            try {
                merchant.verify(recipe, fields, posted.has("requestToken") ? posted.get("requestToken").getAsString() : "");
                JsonObject info = new JsonObject();
                info.add("customerId", posted.get("customerId"));
                JsonObject data = new JsonObject();
                data.add("CustomerInfo", info);
                answer.addProperty("Success", true);
                answer.add("Data", data);
            } catch (ImzaException refusal) {
                JsonArray errors = new JsonArray();
                errors.add(refusal.getMessage());
                answer.addProperty("Success", false);
                answer.add("Errors", errors);
            }
            answer(response, answer);
        }
    }
}
