import com.example.pets.PetStoreSdk;
import com.example.pets.core.ApiAnswer;
import com.example.pets.core.ApiException;
import com.example.pets.core.Json;
import com.example.pets.model.*;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Calls every operation of the test's API and prints, line by line, what came of it. */
public final class CallEverything {
  private static void tell(String name, Supplier<? extends ApiAnswer> call) {
    try {
      System.out.println(name + " " + call.get().statusCode() + " " + call.get().body());
    } catch (ApiException error) {
      System.out.println(name + " refused " + error.statusCode() + " " + error.answer().body());
    } catch (IllegalArgumentException error) {
      System.out.println(name + " wrong " + error.getMessage());
    }
  }

  /** Where the API answers elsewhere, and the value of an API key. */
  public static void main(String[] arguments) {
    PetStoreSdk client = PetStoreSdk.builder().build();
    tell("root", () -> client.getApiRoot(new GetApiRootRequest()));
    tell("list", () -> client.getPets(new GetPetsRequest().page("1 & 2").xTrace("abc").query("sort", "a").header("X-Other", "1")));
    Pet pet = new Pet().name("R\u00e9x \"\\\n").age(3L).weight(1.5).vaccinated(true).tags(List.of("a", "b"));
    pet.born(new PetBorn().year(2020L)).class_("dog");
    tell("create", () -> client.postPets(new PostPetsRequest().pet(pet)));
    tell("map", () -> client.postPets(new PostPetsRequest().body(Map.of("name", "Rex"))));
    tell("text", () -> client.postPets(new PostPetsRequest().body("Rex").header("content-type", "text/plain")));
    Pet read = client.getPetsPetId(new GetPetsPetIdRequest().petId("a/b c")).getPet();
    System.out.println("read " + read.getName() + " " + read.getTags() + " " + read.getBorn().getYear() + " " + read.getAge());
    System.out.println("again " + Json.write(Json.parse(pet.toString())).equals(pet.toString()));
    System.out.println("numbers " + Json.write(Json.parse("[9223372036854775807,-9223372036854775808,9223372036854775808,1e400]")));
    tell("renamed", () -> client.givePetAway(new GivePetAwayRequest().petId("7")));
    tell("greedy", () -> client.putFilesProxy(new PutFilesProxyRequest().proxy("a/b c")));
    tell("dots", () -> client.getPetsPetId(new GetPetsPetIdRequest().petId("..")));
    tell("empty", () -> client.getPetsPetId(new GetPetsPetIdRequest().petId("")));
    tell("missing", () -> client.getPetsPetId(new GetPetsPetIdRequest()));
    tell("absent", () -> client.getMissing(new GetMissingRequest()));
    tell("keyless", () -> client.getKeyed(new GetKeyedRequest()));
    PetStoreSdk keyed = PetStoreSdk.builder().apiKey(arguments[1]).build();
    tell("keyed", () -> keyed.getKeyed(new GetKeyedRequest()));
    Supplier<PostSignedNameRequest> signed =
        () -> new PostSignedNameRequest().name("a b+\u00fc*~").q("x &=+/\u00fc").query("a b", "2").query("a b", "1").body(Map.of("a", "\u00fc"));
    tell("unsigned", () -> client.postSignedName(signed.get()));
    PetStoreSdk known = PetStoreSdk.builder().iamCredentials("test", "test").build();
    tell("signed", () -> known.postSignedName(signed.get()));
    PetStoreSdk unknown = PetStoreSdk.builder().iamCredentials("test", "other").build();
    tell("forged", () -> unknown.postSignedName(signed.get()));
    PetStoreSdk elsewhere = PetStoreSdk.builder().endpoint(arguments[0] + "/").build();
    tell("elsewhere", () -> elsewhere.getPets(new GetPetsRequest()));
  }
}
