// SPDX-License-Identifier: GPL-3.0-or-later
// What lies in the safetensors of a Hugging Face folder becomes weights: number types, and linears that GPTQ, AutoAWQ
// and compressed-tensors quantized. A whole tiny model in each form gives the logits of its de-quantized self.
#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/GradMode.h>

#include <cmath>
#include <functional>
#include <limits>

#include "core/formats/integer_weight.h"
#include "core/model/decode_engine.h"
#include "core/model/export.h"
#include "core/model/ledger.h"
#include "core/model/transformer.h"
#include "core/tensor/safetensors.h"
#include "tests/support/engine.h"
#include "tests/support/quantized_linear.h"
#include "tests/support/thrown.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

at::Tensor logits_of(const ModelState& model) {
  const c10::NoGradGuard no_grad;
  const Transformer transformer(model, at::kFloat);
  return transformer.logits(transformer.forward(at::arange(40).remainder(model.config.vocabulary).unsqueeze(0))[0]);
}

// Logits of eight steps of one token each, which run on the packed form.
at::Tensor stepped_logits(const ModelState& model) {
  DecodeEngine engine(model, at::kFloat, 16);
  const std::vector<std::int32_t> prompt = {5, 6, 7};
  engine.prefill(prompt);
  std::vector<at::Tensor> rows;
  for (std::int32_t id = 40; id < 48; ++id) {
    const std::span<const float> logits = engine.step(std::span(&id, 1));
    rows.push_back(at::tensor(at::ArrayRef<float>(logits.data(), logits.size())));
  }
  return at::stack(rows);
}

struct Form {
  Json quantization;
  std::function<StoredArrays(const QuantizedLinear&)> store;
  int bits = 4;
  std::int64_t group = 32;   // 0: the whole row
  bool symmetric = false, shuffled = false;
};

Json compressed_config(int bits, std::int64_t group, bool symmetric, bool shuffled) {
  Json weights = {{"num_bits", bits}, {"type", "int"}, {"symmetric", symmetric}, {"strategy", group == 0 ? "channel" : "group"},
                  {"group_size", group == 0 ? Json() : Json(group)}, {"dynamic", false}, {"actorder", shuffled ? Json("group") : Json()}};
  return {{"quant_method", "compressed-tensors"},
          {"format", "pack-quantized"},
          {"quantization_status", "compressed"},
          {"ignore", {"lm_head"}},
          {"config_groups", {{"group_0", {{"targets", {"Linear"}}, {"weights", weights}, {"input_activations", nullptr}}}}}};
}

Form gptq(int bits, std::int64_t group, bool symmetric, bool shuffled, bool version2) {
  return {{{"quant_method", "gptq"}, {"bits", bits}, {"group_size", group == 0 ? -1 : group}, {"desc_act", shuffled}, {"sym", symmetric},
           {"damp_percent", 0.01}, {"checkpoint_format", version2 ? "gptq_v2" : "gptq"}},
          [=](const QuantizedLinear& linear) { return as_gptq(linear, version2); },
          bits, group, symmetric, shuffled};
}

// As GPTQModel lowers its zero points: 1 from every code of a word at once, so that a 0 borrows from its neighbour.
Form gptq_by_gptqmodel() {
  Form form = gptq(4, 32, false, false, false);
  form.quantization["meta"] = {{"quantizer", {"gptqmodel:1.4.0"}}};
  form.store = [](const QuantizedLinear& linear) {
    StoredArrays arrays = as_gptq(linear, true);
    const Bytes stored = arrays["qzeros"].data;
    std::vector<std::uint32_t> words(stored.as<std::uint32_t>(), stored.as<std::uint32_t>() + stored.size() / 4);
    for (std::uint32_t& word : words) word -= 0x11111111u;
    arrays["qzeros"].data = Bytes::own(words);
    return arrays;
  };
  return form;
}

Form awq(std::int64_t group) {
  return {{{"quant_method", "awq"}, {"bits", 4}, {"group_size", group == 0 ? -1 : group}, {"zero_point", true}, {"version", "gemm"},
           {"modules_to_not_convert", nullptr}},
          as_awq, 4, group};
}

Form compressed(int bits, std::int64_t group, bool shuffled, ZeroForm zeros, const std::string& scale_type) {
  const bool symmetric = zeros == ZeroForm::none;
  return {compressed_config(bits, group, symmetric, shuffled),
          [=](const QuantizedLinear& linear) { return as_compressed(linear, zeros, scale_type, shuffled); },
          bits, group, symmetric, shuffled};
}

const std::map<std::string, Form>& forms() {
  static const std::map<std::string, Form> all = {
      {"gptq 2 bits", gptq(2, 32, false, false, true)},
      {"gptq 3 bits", gptq(3, 32, false, true, false)},
      {"gptq 4 bits", gptq(4, 32, false, false, false)},
      {"gptq 4 bits, act-order", gptq(4, 32, true, true, false)},
      {"gptq 4 bits, act-order, version 2", gptq(4, 32, false, true, true)},
      {"gptq 4 bits, whole rows", gptq(4, 0, true, true, false)},
      {"gptq 4 bits, by GPTQModel", gptq_by_gptqmodel()},
      {"gptq 8 bits", gptq(8, 32, true, false, false)},
      {"awq", awq(32)},
      {"awq, whole rows", awq(0)},
      {"compressed-tensors", compressed(4, 32, false, ZeroForm::none, "BF16")},
      {"compressed-tensors, zero points", compressed(4, 32, false, ZeroForm::packed, "F32")},
      {"compressed-tensors, act-order", compressed(4, 32, true, ZeroForm::none, "F16")},
      {"compressed-tensors 3 bits, act-order", compressed(3, 32, true, ZeroForm::packed, "F16")},
      {"compressed-tensors 8 bits, channels", compressed(8, 0, false, ZeroForm::bytes, "BF16")}};
  return all;
}

float float8_value(int pattern, int exponent_bits, int mantissa_bits, bool has_infinity) {
  const int bias = (1 << (exponent_bits - 1)) - 1, exponent = pattern >> mantissa_bits & ((1 << exponent_bits) - 1);
  const int mantissa = pattern & ((1 << mantissa_bits) - 1), largest = (1 << exponent_bits) - 1;
  const float sign = pattern & 128 ? -1.0f : 1.0f;
  if (exponent == largest && has_infinity)
    return mantissa ? std::numeric_limits<float>::quiet_NaN() : sign * std::numeric_limits<float>::infinity();
  if (exponent == largest && mantissa == (1 << mantissa_bits) - 1) return std::numeric_limits<float>::quiet_NaN();
  const int whole = exponent == 0 ? mantissa : mantissa | 1 << mantissa_bits;
  return sign * std::ldexp(static_cast<float>(whole), std::max(exponent, 1) - bias - mantissa_bits);
}

}  // namespace

class StoredWeightsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    start_engine();
    export_hugging_face(open_model(tiny_llama().write(made_ / "tiny.gguf")), made_ / "plain", "keep");
  }
  void init() { scratch_ = std::make_unique<QTemporaryDir>(); }

  // ---- quantized linears --------------------------------------------------------------------------------------------

  void a_quantized_model_gives_the_logits_of_its_dequantized_self_data() { add_forms(); }
  void a_quantized_model_gives_the_logits_of_its_dequantized_self() {
    const Form form = current();
    const auto [model, reference] = build(form);
    for (std::int64_t layer = 0; layer < model.layer_count(); ++layer) {
      for (const char* module : linear_modules) {
        const auto weight = std::dynamic_pointer_cast<const IntegerWeight>(model.linear(layer, module));
        QVERIFY(weight);
        QCOMPARE(weight->options().bits, form.bits);
        QCOMPARE(weight->options().symmetric, form.symmetric);
        QCOMPARE(weight->permuted(), form.shuffled && form.group > 0);
        QVERIFY(at::equal(weight->decode(at::kFloat), reference.linear(layer, module)->decode(at::kFloat)));
      }
    }
    QVERIFY(at::equal(logits_of(model), logits_of(reference)));
    QVERIFY(at::allclose(stepped_logits(model), stepped_logits(reference), 1e-4, 1e-4));
  }

  void a_quantized_model_is_kept_in_a_kelter_folder_data() { add_forms(); }
  void a_quantized_model_is_kept_in_a_kelter_folder() {
    const ModelState model = build(current()).first;
    save_model(model, place("kept"));
    const ModelState back = open_model(place("kept"));
    QCOMPARE(back.content_hash(), model.content_hash());
    QVERIFY(at::equal(logits_of(back), logits_of(model)));
  }

  void the_ledger_counts_codes_scales_zeros_and_order() {
    const auto ledger_of = [&](const char* name) { return make_ledger(build(forms().at(name)).first, std::nullopt); };
    const auto bits_of = [&](const char* name) { return ledger_of(name)["bits_per_weight"].get<double>(); };
    QCOMPARE(ledger_of("awq")["badges"], Json::array({"packed"}));
    // Per group of 32 a scale of 16 bits and a zero point; per column of a permuted linear 32 bits more.
    const double plain = 4 + 16.0 / 32 + 4.0 / 32;
    QCOMPARE(bits_of("gptq 4 bits"), plain);
    const std::int64_t columns = 2 * (6 * 64 + 96), weights = 2 * (64 * 64 + 2 * 32 * 64 + 64 * 64 + 3 * 96 * 64);
    QCOMPARE(bits_of("gptq 4 bits, act-order, version 2"), plain + 32.0 * static_cast<double>(columns) / static_cast<double>(weights));
    QCOMPARE(bits_of("gptq 4 bits, act-order"), 4 + 16.0 / 32 + 32.0 * static_cast<double>(columns) / static_cast<double>(weights));
  }

  void older_files_describe_their_quantization_beside_config_json() {
    for (const auto& [name, file, description] :
         {std::tuple("gptq 4 bits, act-order", "quantize_config.json", Json{{"bits", 4}, {"group_size", 32}, {"desc_act", true}}),
          std::tuple("awq", "quant_config.json", Json{{"zero_point", true}, {"q_group_size", 32}, {"w_bit", 4}, {"version", "GEMM"}})}) {
      const auto [model, reference] = build(forms().at(name));
      change_config([](Json& config) { config.erase("quantization_config"); });
      write_file_atomically(place("quantized") / file, description.dump());
      QCOMPARE(open_model(place("quantized")).content_hash(), model.content_hash());
    }
  }

  void biases_of_zeros_that_the_model_has_not_are_dropped() {
    const auto with_bias = [&](float value) {
      return [value](std::vector<SafetensorsEntry>& entries) {
        std::vector<SafetensorsEntry> biases;
        for (const SafetensorsEntry& entry : entries)
          if (entry.name.ends_with(".qweight"))
            biases.push_back({entry.name.substr(0, entry.name.size() - 7) + "bias", "F32", {entry.shape[1]},
                              Bytes::own(std::vector<float>(static_cast<std::size_t>(entry.shape[1]), value))});
        entries.insert(entries.end(), biases.begin(), biases.end());
      };
    };
    const Form& form = forms().at("gptq 4 bits");
    const ModelState without = build(form).first;
    QCOMPARE(build(form, with_bias(0)).first.content_hash(), without.content_hash());
    QVERIFY(mentions(thrown([&] { build(form, with_bias(0.5f)); }), ".bias"));
  }

  void what_is_not_read_is_refused_by_name_data() {
    QTest::addColumn<QString>("form");
    QTest::addColumn<QByteArray>("patch");   // of "quantization_config"
    QTest::addColumn<QString>("named");
    const auto row = [](const char* name, const char* form, const char* patch, const char* named) { QTest::newRow(name) << form << QByteArray(patch) << named; };
    row("another method", "awq", R"({"quant_method": "bitsandbytes"})", "bitsandbytes");
    row("no method", "awq", R"({"quant_method": null})", "quant_method");
    row("GPTQ of 5 bits", "gptq 4 bits", R"({"bits": 5})", "GPTQ of 5 bits");
    row("bits as text", "gptq 4 bits", R"({"bits": "4"})", "bits");
    row("marlin", "gptq 4 bits", R"({"checkpoint_format": "marlin"})", "marlin");
    row("marlin, older", "gptq 4 bits", R"({"is_marlin_format": true})", "marlin");
    row("rules", "gptq 4 bits", R"({"dynamic": {"+:.*down.*": {"bits": 8}}})", "+:.*down.*");
    row("rotation", "gptq 4 bits", R"({"rotation": "hadamard"})", "rotation");
    row("words of 16 bits", "gptq 4 bits", R"({"pack_dtype": "int16"})", "int16");
    row("group of 0", "gptq 4 bits", R"({"group_size": 0})", "group_size");
    row("another group", "gptq 4 bits", R"({"group_size": 64})", "64 of 96 inputs");
    row("another width", "gptq 4 bits", R"({"bits": 8})", "down_proj.weight");
    row("AWQ of 3 bits", "awq", R"({"bits": 3})", "AWQ of 3 bits");
    row("gemv", "awq", R"({"version": "gemv"})", "gemv");
    row("llm-awq", "awq", R"({"backend": "llm-awq"})", "llm-awq");
    row("AWQ without zero points", "awq", R"({"zero_point": false})", "zero_point");
    row("float-quantized", "compressed-tensors", R"({"format": "float-quantized"})", "float-quantized");
    row("sparse", "compressed-tensors", R"({"sparsity_config": {"format": "sparse-24-bitmask"}})", "sparsity_config");
    row("quantized cache", "compressed-tensors", R"({"kv_cache_scheme": {"num_bits": 8}})", "kv_cache_scheme");
    row("transforms", "compressed-tensors", R"({"transform_config": {"config_groups": {"u": {}}}})", "transform_config");
    row("no groups", "compressed-tensors", R"({"config_groups": null})", "config_groups");
    row("7 bits", "compressed-tensors", R"({"config_groups": {"group_0": {"weights": {"num_bits": 7}}}})", "compressed-tensors of 7 bits");
    row("floats", "compressed-tensors", R"({"config_groups": {"group_0": {"weights": {"num_bits": 8, "type": "float"}}}})", "float");
    row("blocks", "compressed-tensors", R"({"config_groups": {"group_0": {"weights": {"num_bits": 4, "strategy": "block"}}}})", "block");
    row("activations", "compressed-tensors", R"({"config_groups": {"group_0": {"input_activations": {"num_bits": 8}}}})", "input_activations");
    row("a group in another format", "compressed-tensors", R"({"config_groups": {"group_0": {"format": "nvfp4-pack-quantized"}}})", "nvfp4-pack-quantized");
    row("no weights", "compressed-tensors", R"({"config_groups": {"group_0": {"weights": null}}})", "weights");
  }
  void what_is_not_read_is_refused_by_name() {
    QFETCH(QString, form);
    QFETCH(QByteArray, patch);
    QFETCH(QString, named);
    build(forms().at(form.toStdString()));
    change_config([&](Json& config) { config["quantization_config"].merge_patch(Json::parse(patch.toStdString())); });
    const auto error = thrown([&] { open_model(place("quantized")); });
    QVERIFY(error.has_value());
    QVERIFY2(mentions(error, named.toStdString()) && mentions(error, "quantized"), error->text().c_str());
    QVERIFY2(!error->remedy.empty() && error->code != ErrorCode::internal, error->text().c_str());
  }

  void what_contradicts_the_configuration_is_refused_by_name() {
    const Form& form = forms().at("gptq 4 bits, act-order");
    const auto without = [](const char* suffix) {
      return [suffix](std::vector<SafetensorsEntry>& entries) {
        std::erase_if(entries, [&](const auto& entry) { return entry.name == "model.layers.1.mlp.up_proj." + std::string(suffix); });
      };
    };
    for (const char* suffix : {"qweight", "qzeros", "scales", "g_idx"}) {
      const auto error = thrown([&] { build(form, without(suffix)); });
      QVERIFY2(mentions(error, suffix) && mentions(error, "model.layers.1.mlp.up_proj"), suffix);
    }
    const auto twice = [](std::vector<SafetensorsEntry>& entries) {
      entries.push_back({"model.layers.1.mlp.up_proj.weight", "F32", {96, 64}, Bytes::own(std::vector<float>(96 * 64))});
    };
    QVERIFY(mentions(thrown([&] { build(form, twice); }), "once plain and once quantized"));
    build(form);
    change_config([](Json& config) { config.erase("quantization_config"); });
    const auto error = thrown([&] { open_model(place("quantized")); });
    QVERIFY(mentions(error, "I32") && mentions(error, "config.json describes"));
  }

  // ---- number types -------------------------------------------------------------------------------------------------

  void doubles_become_the_nearest_floats() {
    std::vector<double> values;
    std::vector<float> wanted;
    for (int i = 0; i < 96 * 64; ++i) {
      values.push_back(std::sin(0.1 * i) / 3);
      wanted.push_back(static_cast<float>(values.back()));
    }
    const ModelState model = with_gate("F64", Bytes::own(values));
    QCOMPARE(model.tensor(gate)->name(), std::string("float32"));
    QVERIFY(at::equal(model.tensor(gate)->decode(at::kFloat).flatten(), at::tensor(wanted)));
    QVERIFY(model.history.empty());
  }

  void floats_of_8_bits_become_bfloat16_exactly_data() {
    QTest::addColumn<QString>("dtype");
    QTest::newRow("E4M3") << "F8_E4M3";
    QTest::newRow("E5M2") << "F8_E5M2";
  }
  void floats_of_8_bits_become_bfloat16_exactly() {
    QFETCH(QString, dtype);
    const bool e5m2 = dtype == "F8_E5M2";
    std::vector<std::uint8_t> patterns;
    for (int i = 0; i < 96 * 64; ++i) patterns.push_back(static_cast<std::uint8_t>(i));
    const ModelState model = with_gate(dtype.toStdString(), Bytes::own(patterns));
    QCOMPARE(model.tensor(gate)->name(), std::string("bfloat16"));
    QCOMPARE(model.history, std::vector<std::string>{"expanded"});   // twice the bytes of the file
    const at::Tensor values = model.tensor(gate)->decode(at::kFloat).flatten();
    for (int i = 0; i < 96 * 64; ++i) {
      const float wanted = float8_value(i % 256, e5m2 ? 5 : 4, e5m2 ? 2 : 3, e5m2), found = values.const_data_ptr<float>()[i];
      QVERIFY2(std::isnan(wanted) ? std::isnan(found) : found == wanted, qPrintable(QString("pattern %1: %2, not %3").arg(i % 256).arg(found).arg(wanted)));
    }
  }

  void types_that_are_no_weights_are_refused_by_name_data() {
    QTest::addColumn<int>("bytes");
    for (const auto& [dtype, bytes] : {std::pair("I8", 1), {"U8", 1}, {"BOOL", 1}, {"F8_E8M0", 1}, {"I16", 2}, {"U16", 2}, {"I32", 4},
                                       {"U32", 4}, {"I64", 8}, {"U64", 8}, {"C64", 8}})
      QTest::newRow(dtype) << bytes;
  }
  void types_that_are_no_weights_are_refused_by_name() {
    QFETCH(int, bytes);
    const std::string dtype = QTest::currentDataTag();
    const auto error = thrown([&] { with_gate(dtype, Bytes::own(std::vector<std::uint8_t>(static_cast<std::size_t>(96 * 64 * bytes), 1))); });
    QVERIFY(error && error->code == ErrorCode::unsupported);
    QVERIFY2(mentions(error, "it is " + dtype) && mentions(error, gate) && mentions(error, "model.safetensors"), error->text().c_str());
    const bool number = dtype != "F8_E8M0" && dtype != "C64";
    QCOMPARE(mentions(error, "integers are weights only"), number);
  }

  void shapes_that_are_no_weights_are_refused_by_name() {
    for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{}, {96, 64, 1}, {0, 64}}) {
      std::size_t count = 1;
      for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
      const auto error = thrown([&] { with_gate("F32", Bytes::own(std::vector<float>(count)), shape); });
      QVERIFY2(mentions(error, gate) && mentions(error, Json(shape).dump()), error ? error->text().c_str() : "accepted");
    }
  }

 private:
  static constexpr const char* gate = "model.layers.0.mlp.gate_proj.weight";

  static void add_forms() {
    QTest::addColumn<QString>("form");
    for (const auto& [name, form] : forms()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  static Form current() {
    QFETCH(QString, form);
    return forms().at(form.toStdString());
  }
  fs::path place(const std::string& name) const { return fs::path(scratch_->path().toStdString()) / name; }

  void change_config(const std::function<void(Json&)>& change) const {
    Json config = read_json_file(place("quantized/config.json"));
    change(config);
    write_file_atomically(place("quantized/config.json"), config.dump());
  }

  // A folder with the plain model's files and these tensors.
  void write_folder(const std::string& name, const std::vector<SafetensorsEntry>& entries) const {
    fs::remove_all(place(name));
    fs::copy(made_ / "plain", place(name));
    write_safetensors(place(name) / "model.safetensors", entries, {{"format", "pt"}});
  }

  // The tiny model with random quantized linears, and the same with their weights as float32.
  std::pair<ModelState, ModelState> build(const Form& form, const std::function<void(std::vector<SafetensorsEntry>&)>& damage = {}) const {
    std::vector<SafetensorsEntry> quantized, dense;
    std::uint64_t seed = 0;
    const SafetensorsFile plain = SafetensorsFile::open(made_ / "plain" / "model.safetensors");
    for (const SafetensorsEntry& entry : plain.entries()) {
      if (!entry.name.ends_with("_proj.weight")) {
        quantized.push_back(entry);
        dense.push_back(entry);
        continue;
      }
      const std::int64_t columns = entry.shape[1];
      const QuantizedLinear linear = random_linear(form.bits, entry.shape[0], columns, form.group == 0 ? columns : form.group, form.symmetric,
                                                   form.shuffled, 0.5f / static_cast<float>(1 << form.bits), ++seed);
      dense.push_back({entry.name, "F32", entry.shape, Bytes::own(linear.weights())});
      for (const auto& [name, part] : form.store(linear))
        quantized.push_back({entry.name.substr(0, entry.name.size() - 6) + name, part.dtype, part.shape, part.data});
    }
    if (damage) damage(quantized);
    write_folder("quantized", quantized);
    write_folder("dense", dense);
    change_config([&](Json& config) { config["quantization_config"] = form.quantization; });
    return {open_model(place("quantized")), open_model(place("dense"))};
  }

  // The plain model with other values for one matrix.
  ModelState with_gate(const std::string& dtype, const Bytes& data, const std::vector<std::int64_t>& shape = {96, 64}) const {
    std::vector<SafetensorsEntry> entries = SafetensorsFile::open(made_ / "plain" / "model.safetensors").entries();
    for (SafetensorsEntry& entry : entries)
      if (entry.name == gate) entry = {gate, dtype, shape, data};
    write_folder("other", entries);
    return open_model(place("other"));
  }

  QTemporaryDir once_;
  fs::path made_ = once_.path().toStdString();   // the plain model
  std::unique_ptr<QTemporaryDir> scratch_;
};

QTEST_GUILESS_MAIN(StoredWeightsTest)
#include "stored_weights_test.moc"
