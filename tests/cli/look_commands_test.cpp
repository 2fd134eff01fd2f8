// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that only look at a model: inspect, steps, tokenize, generate, diff.
#include <QElapsedTimer>
#include <set>
#include <QtTest>

#include "tests/support/cli_program.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

class LookCommandsTest : public QObject {
  Q_OBJECT

  CliSandbox sandbox_;

  Json json_of(const QStringList& arguments) const {
    const CliResult result = sandbox_.run(arguments + QStringList{"--json"});
    if (result.code != 0) qWarning("%s", result.text().constData());
    return result.code == 0 ? result.json() : Json();
  }

 private Q_SLOTS:
  void initTestCase() {
    TinyLlama packed;
    packed.linears = GgmlType::Q4_1;
    packed.embedding = GgmlType::Q8_0;
    write_tiny_llama(sandbox_.work() / "tiny.gguf", packed);
    write_tiny_llama(sandbox_.work() / "plain.gguf");
  }

  void inspect_counts_what_the_file_holds() {
    const Json json = json_of({"inspect", "tiny.gguf"});
    QCOMPARE(json["container"].get<std::string>(), std::string("GGUF version 3"));
    QCOMPARE(json["file_bytes"].get<std::uint64_t>(), std::uint64_t{fs::file_size(sandbox_.work() / "tiny.gguf")});
    QCOMPARE(json["layer_count"].get<int>(), 2);
    QCOMPARE(json["config"]["hidden"].get<int>(), 64);
    // 2 layers of q, o [64, 64], k, v [32, 64], gate, up [96, 64], down [64, 96]; embedding [300, 64]; 5 norms.
    const std::int64_t linears = 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 96 * 64), embedding = 300 * 64, norms = 5 * 64;
    QCOMPARE(json["parameters"].get<std::int64_t>(), linears + embedding + norms);
    QCOMPARE(json["tensor_bytes"].get<std::int64_t>(), linears / 32 * 20 + embedding / 32 * 34 + norms * 4);
    QCOMPARE(json["tensors"].size(), std::size_t{2 * 9 + 2});
    std::map<std::string, Json> kinds;
    for (const Json& kind : json["kinds"]) kinds[kind["kind"]] = kind;
    QCOMPARE(kinds.size(), std::size_t{9});
    QCOMPARE(kinds["q_proj"]["parameters"].get<int>(), 2 * 64 * 64);
    QCOMPARE(kinds["q_proj"]["bits_per_weight"].get<double>(), 5.0);
    QCOMPARE(kinds["embedding"]["formats"].dump(), std::string(R"({"Q8_0":1})"));
    QCOMPARE(kinds["norm"]["tensors"].get<int>(), 5);
    QCOMPARE(json["tensors"][0]["name"].get<std::string>(), std::string("model.embed_tokens.weight"));
    QCOMPARE(json["tensors"][0]["stored_name"].get<std::string>(), std::string("token_embd.weight"));
    QCOMPARE(json["tensors"][0]["shape"].dump(), std::string("[300,64]"));
    QCOMPARE(json["tokenizer"]["vocabulary"].get<int>(), 300);
    QCOMPARE(json["tokenizer"]["special_tokens"].get<int>(), 3);
  }

  void inspect_prints_the_same_for_people() {
    const CliResult result = sandbox_.run({"inspect", "tiny.gguf", "--tensors"});
    QCOMPARE(result.code, 0);
    for (const char* text : {"2 layers", "q_proj", "Q4_1", "model.layers.1.mlp.down_proj.weight", "[64,96]"}) {
      QVERIFY2(result.out.contains(text), text);
    }
    QVERIFY(!sandbox_.run({"inspect", "tiny.gguf"}).out.contains("model.layers.1"));
  }

  void inspect_finds_tensors_and_reads_their_numbers() {
    const Json json = json_of({"inspect", "tiny.gguf", "--find", "layers.1.", "--statistics"});
    QVERIFY(!json["tensors"].empty());
    for (const Json& tensor : json["tensors"]) {
      QVERIFY(tensor["name"].get<std::string>().find("layers.1.") != std::string::npos);
      const Json& statistics = tensor["statistics"];
      QCOMPARE(statistics["count"], tensor["parameters"]);
      QVERIFY(statistics["minimum"].get<double>() <= statistics["mean"].get<double>());
    }
    const CliResult result = sandbox_.run({"inspect", "tiny.gguf", "--find", "layers.1.", "--statistics"});
    QVERIFY(result.out.contains("Kurtosis") && !result.out.contains("model.layers.0."));
    QVERIFY(sandbox_.run({"inspect", "tiny.gguf", "--find", "nowhere"}).out.contains("No tensor has \"nowhere\" in its name."));
  }

  void inspect_opens_the_default_model_at_once() {
    if (!sandbox_.add_default_model()) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const Json json = json_of({"inspect", "store:smollm2-135m-instruct"});
    QCOMPARE(json["file_bytes"].get<std::uint64_t>(), std::uint64_t{98362432});
    QCOMPARE(json["layer_count"].get<int>(), 30);
    QCOMPARE(json["parameters"].get<std::int64_t>(), std::int64_t{134515008});
    QCOMPARE(json["tokenizer"]["vocabulary"].get<int>(), 49152);
  }

  void steps_are_listed_with_schema_and_card() {
    const Json json = json_of({"steps"});
    std::set<std::string> ids;
    for (const Json& step : json["steps"]) {
      ids.insert(step["id"]);
      for (const char* key : {"id", "version", "title", "inputs", "outputs", "parameters", "card"}) QVERIFY2(step.contains(key), key);
    }
    for (const char* id : {"source.model", "source.text", "prune.magnitude", "prune.depth", "quant.rtn", "format.expand", "measure.perplexity"}) {
      QVERIFY2(ids.contains(id), id);
    }
  }

  void one_step_is_explained() {
    const Json json = json_of({"steps", "quant.rtn"});
    QCOMPARE(json["parameters"][0]["id"].get<std::string>(), std::string("bits"));
    QCOMPARE(json["parameters"][0]["default"].get<int>(), 4);
    const CliResult text = sandbox_.run({"steps", "quant.rtn"});
    for (const char* part : {"Formula:", "Paper:", "Saves:", "bits", "2|3|4|5|6|8", "How many consecutive inputs"}) {
      QVERIFY2(text.out.contains(part), part);
    }
  }

  void tokens_give_the_text_back() {
    const std::string given = "the hand, \u00fcber\n";
    const Json json = json_of({"tokenize", "tiny.gguf", "--text", QString::fromStdString(given)});
    QCOMPARE(json["count"].get<std::size_t>(), json["ids"].size());
    QCOMPARE(json["tokens"].size(), json["ids"].size());
    QVERIFY(json["count"].get<std::size_t>() < given.size());
    std::string ascii;   // a token may hold half a character, which JSON shows as a replacement
    for (const Json& token : json["tokens"]) ascii += token.get<std::string>();
    QVERIFY2(ascii.starts_with("the hand, "), ascii.c_str());
    const CliResult text = sandbox_.run({"tokenize", "tiny.gguf", "--text", "the"});
    QVERIFY2(text.out.contains("\t\""), text.out);
    QCOMPARE(json_of({"tokenize", "tiny.gguf", "--text", ""})["count"].get<int>(), 0);
  }

  void greedy_text_is_the_same_every_time_and_streams_what_json_says() {
    const QStringList arguments = {"generate", "tiny.gguf", "--prompt", "the", "--max-tokens", "6", "--dtype", "float32"};
    const Json json = json_of(arguments);
    for (const char* key : {"prompt_ids", "ids", "text", "stopped", "dtype", "device_class", "prefill_tokens_per_second"}) {
      QVERIFY2(json.contains(key), key);
    }
    QVERIFY(json["ids"].size() <= 6);
    QCOMPARE(json_of(arguments + QStringList{"--greedy"})["ids"].dump(), json["ids"].dump());
    const CliResult text = sandbox_.run(arguments);
    QCOMPARE(text.code, 0);
    QVERIFY(text.out.endsWith('\n'));
  }

  void activations_of_a_text_can_be_rounded() {
    const QStringList arguments = {"generate", "tiny.gguf", "--prompt", "the", "--max-tokens", "3"};
    QCOMPARE(json_of(arguments)["activations"].get<std::string>(), std::string("exact"));
    const Json rounded = json_of(arguments + QStringList{"--activations", "int8"});
    QCOMPARE(rounded["activations"].get<std::string>(), std::string("int8"));
    QVERIFY(!sandbox_.run(arguments).err.contains("rounded"));
    const bool all = rounded["int8_linears"]["rounded"] == rounded["int8_linears"]["all"];
    QCOMPARE(sandbox_.run(arguments + QStringList{"--activations", "int8"}).err.contains("Activations were rounded to 8 bits in"), !all);
    QVERIFY(rounded["int8_linears"]["all"].get<int>() > 0);
    QCOMPARE(sandbox_.run(arguments + QStringList{"--activations", "int4"}).code, 2);
  }

  void a_chat_is_written_down_as_the_model_wants_it() {
    const QStringList arguments = {"generate", "tiny.gguf", "--prompt", "the hand", "--max-tokens", "3", "--chat"};
    const Json alone = json_of(arguments), told = json_of(arguments + QStringList{"--system", "the land"});
    const std::string plain = json_of(arguments.mid(0, arguments.size() - 1))["prompt_ids"].dump();
    const std::string rendered = told["chat"]["rendered"];
    QVERIFY2(rendered.find("the land") < rendered.find("the hand"), rendered.c_str());
    QVERIFY2(alone["chat"]["rendered"].get<std::string>().find("the hand") != std::string::npos, alone.dump().c_str());
    QVERIFY(alone["prompt_ids"].size() > json_of(arguments.mid(0, arguments.size() - 1))["prompt_ids"].size());
    QVERIFY(alone["prompt_ids"].dump() != plain);
    QVERIFY(!json_of(arguments.mid(0, arguments.size() - 1)).contains("chat"));
  }

  void a_seed_decides_the_draws() {
    const auto ids = [&](const char* seed) {
      return json_of({"generate", "plain.gguf", "--prompt", "the", "--max-tokens", "12", "--temperature", "50", "--seed", seed})["ids"].dump();
    };
    QCOMPARE(ids("3"), ids("3"));
    QVERIFY(ids("3") != ids("4"));
  }

  void diff_names_every_tensor_that_changed() {
    TinyLlama other;
    other.linears = GgmlType::BF16;
    write_tiny_llama(sandbox_.work() / "bf16.gguf", other);
    const Json json = json_of({"diff", "plain.gguf", "bf16.gguf"});
    QCOMPARE(json["counts"].dump(), std::string(R"({"same":6,"changed":14,"reshaped":0,"removed":0,"added":0})"));
    QCOMPARE(json["tensors"].size(), std::size_t{14});
    for (const Json& tensor : json["tensors"]) {
      QCOMPARE(tensor["a"]["format"].get<std::string>(), std::string("float32"));
      QCOMPARE(tensor["b"]["bytes"].get<int>() * 2, tensor["a"]["bytes"].get<int>());
      const double error = tensor["relative_error"].get<double>();
      QVERIFY2(error > 1e-4 && error < 4e-3, tensor.dump().c_str());   // bfloat16 keeps 8 bits
    }
    QCOMPARE(json_of({"diff", "plain.gguf", "bf16.gguf", "--all"})["tensors"].size(), std::size_t{20});
    const CliResult same = sandbox_.run({"diff", "plain.gguf", "plain.gguf"});
    QVERIFY2(same.out.contains("No tensor differs."), same.text());
  }

  void diff_of_the_default_model() {
    if (!sandbox_.add_default_model()) QSKIP("the default model is not installed (set KELTER_TEST_MODEL)");
    const CliResult made = sandbox_.run({"compress", "store:smollm2-135m-instruct", "--step", "prune.magnitude:sparsity=0.3", "--out", "pruned"});
    QVERIFY2(made.code == 0, made.text());
    QElapsedTimer timer;
    timer.start();
    const Json json = json_of({"diff", "store:smollm2-135m-instruct", "pruned#step1"});
    qInfo("diff took %lld ms", timer.elapsed());
    QCOMPARE(json["counts"]["changed"].get<int>(), 210);
    for (const Json& tensor : json["tensors"]) QVERIFY(std::abs(tensor["b"]["sparsity"].get<double>() - 0.3) < 0.01);
  }
};

QTEST_GUILESS_MAIN(LookCommandsTest)
#include "look_commands_test.moc"
