import io.github.imza.dlga.Request;
import io.github.imza.dlga.Signer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;

public class Sign {
    public static void main(String[] arguments) throws Exception {
        try (Signer signer = Signer.of("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret")) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                long count = Long.parseLong(words[0]);
                byte[] body = Files.readAllBytes(Path.of(words[2]));
                String authorization = "";
                long begun = System.nanoTime();
                for (long i = 0; i < count; i++) {
                    Request request = Request.of("POST", words[1]).contentType("application/json").body(body);
                    authorization = signer.sign(request, 1615296512, "45186").get("x-dlg-authorization");
                }
                System.out.println((System.nanoTime() - begun) + " " + authorization);
            }
        }
    }
}
