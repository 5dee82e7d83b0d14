package io.github.imza.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.imza.example.Client;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The example services of Java and Rust against each other, over loopback. */
@EnabledIfSystemProperty(named = "imza.services", matches = ".+", disabledReason = "imza.services does not name a directory")
class ServicesTest {
    private static final String ANSWERED = "gettransactionhashforonlinehelp: 7c5963043b37edbe2706c2b48b4568387084acc7\n"
            + "SetPreDefinedLimit: {\"CustomerInfo\":{\"customerId\":\"5500123\"}}\n";

    private static ProcessBuilder rust(Map<String, String> environment, String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("imza.services"), program).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(program.equals("client"));
        builder.environment().keySet().removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** A client's answer, and whether it was content. */
    private record Done(boolean good, String printed) {}

    private interface AClient {
        Done call(String url, long age, Map<String, String> environment) throws Exception;
    }

    private static Done javaClient(String url, long age, Map<String, String> environment) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean good = Client.run(url, age, environment, new PrintStream(out, true, UTF_8));
        return new Done(good, out.toString(UTF_8));
    }

    private static Done rustClient(String url, long age, Map<String, String> environment) throws Exception {
        Process process = rust(environment, "client", url, String.valueOf(age)).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Done(process.waitFor() == 0, printed);
    }

    private static void conversations(AClient client, String url) throws Exception {
        assertEquals(new Done(true, ANSWERED), client.call(url, 0, Server.CREDENTIALS));

        Done late = client.call(url, 960, Server.CREDENTIALS);
        assertFalse(late.good);
        assertTrue(late.printed.contains("the vendor refused the signature with 403: Request time may not be correct.\n"),
                late.printed);

        Map<String, String> wrong = new LinkedHashMap<>(Server.CREDENTIALS);
        wrong.put("DLGA_SECRET", "another");
        wrong.put("HASO_SALT", "another");
        Done refused = client.call(url, 0, wrong);
        assertFalse(refused.good);
        assertTrue(refused.printed.contains("the vendor refused the signature with 401: Authorization failed\n"), refused.printed);
        assertTrue(refused.printed.contains("the vendor refused the call: the token does not match: "), refused.printed);
    }

    @Test
    void javasClientWithJetty() throws Exception {
        try (Server server = new Server()) {
            conversations(ServicesTest::javaClient, server.url());
        }
    }

    @Test
    void rustsClientWithJetty() throws Exception {
        try (Server server = new Server()) {
            conversations(ServicesTest::rustClient, server.url());
        }
    }

    @Test
    void javasClientWithRustsServer() throws Exception {
        Process process = rust(Server.CREDENTIALS, "server", "127.0.0.1:0").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            String line = out.readLine();
            assertTrue(line.startsWith("listening on 127.0.0.1:"), line);
            conversations(ServicesTest::javaClient, "http://" + line.substring("listening on ".length()));
        } finally {
            process.destroyForcibly();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        }
    }
}
