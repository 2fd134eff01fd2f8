// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/step_descriptor.h"

#include <map>
#include <QTemporaryDir>
#include <QtTest>
#include <set>

#include "expect_error.h"

using namespace kelter;
using namespace kelter::test;

namespace {

const StepCatalogue& catalogue() {
  static const StepCatalogue loaded = StepCatalogue::load(KELTER_BINARY_DIR "/plugins");
  return loaded;
}

PluginDescription plugin(const char* name, const char* step) {
  PluginDescription description;
  description.name = name;
  StepDescriptor descriptor;
  descriptor.id = step;
  descriptor.plugin = name;
  description.steps.push_back(descriptor);
  return description;
}

Json magnitude(const Json& given) { return catalogue().get("prune.magnitude").resolve(given, "node \"m\""); }

}  // namespace

class StepDescriptorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_parameter_says_what_it_is() {
    for (const StepDescriptor& step : catalogue().steps()) {
      QVERIFY2(!step.title.empty() && !step.family.empty() && step.version >= 1, step.id.c_str());
      for (const ParameterSchema& parameter : step.parameters) {
        const bool complete = !parameter.label.empty() && !parameter.unit.empty() && parameter.help.size() > 10 &&
                              parameter.help.back() == '.';
        QVERIFY2(complete, (step.id + " " + parameter.id).c_str());
      }
    }
  }

  void every_step_has_a_full_card() {
    for (const StepDescriptor& step : catalogue().steps()) {
      const StepCard& card = step.card;
      QVERIFY2(!card.summary.empty() && !card.formula.empty() && !card.paper.empty() && !card.cost.empty() &&
                   !card.saves.empty(),
               step.id.c_str());
    }
  }

  void the_built_in_steps_are_the_sources_and_measures() {
    std::set<std::string> ids;
    const StepCatalogue builtin = StepCatalogue::builtin();
    for (const StepDescriptor& step : builtin.steps()) {
      ids.insert(step.id);
      QVERIFY(step.is_source() != step.is_measure());
      QVERIFY(step.plugin.empty());
    }
    QCOMPARE(ids, (std::set<std::string>{"source.model", "source.text", "source.tasks", "measure.perplexity",
                                         "measure.tasks", "measure.throughput", "measure.memory"}));
  }

  void the_defaults_are_those_of_the_contract() {
    const auto defaults = [](const char* step, Json given) { return catalogue().get(step).resolve(given, "t").dump(); };
    QCOMPARE(
        defaults("measure.perplexity", {{"text", "a"}}),
        std::string(
            R"({"text":"a","format":"plain","field":"text","window":2048,"stride":0,"protocol":"gptq","limit":0,"activations":"exact"})"));
    QCOMPARE(defaults("measure.throughput", Json::object()),
             std::string(R"({"prompt":512,"output":128,"batch":1,"repeats":5,"activations":"exact"})"));
    QCOMPARE(defaults("measure.memory", Json::object()),
             std::string(R"({"prompt":512,"output":64,"activations":"exact"})"));
    QCOMPARE(
        defaults("source.text", {{"path", "a"}}),
        std::string(
            R"({"path":"a","format":"plain","field":"text","samples":128,"length":2048,"sampling":"sequential","seed":0})"));
    QCOMPARE(
        defaults("quant.rtn", Json::object()),
        std::string(R"({"bits":4,"group":64,"grid":"gptq","symmetric":false,"scale_type":"float16","layers":""})"));
    QCOMPARE(defaults("prune.magnitude", Json::object()),
             std::string(R"({"sparsity":0.5,"pattern":"unstructured","scope":"matrix","layers":""})"));
    QCOMPARE(defaults("format.expand", Json::object()), std::string(R"({"to":"bfloat16"})"));
  }

  void activations_are_exact_or_int8_and_no_shots_exist_so_far() {
    for (const char* step : {"measure.perplexity", "measure.tasks", "measure.throughput", "measure.memory"}) {
      const char* needed = step == std::string_view("measure.tasks") ? "names" : "text";
      Json given = Json::object();
      if (std::string_view(step) == "measure.perplexity" || std::string_view(step) == "measure.tasks") given[needed] = "a";
      given["activations"] = "int8";
      QCOMPARE(catalogue().get(step).resolve(given, "t")["activations"], Json("int8"));
      given["activations"] = "int4";
      QVERIFY_THROWS_EXCEPTION(Error, catalogue().get(step).resolve(given, "t"));
    }
    QVERIFY_THROWS_EXCEPTION(Error, catalogue().get("measure.tasks").resolve({{"names", "a"}, {"shots", 5}}, "t"));
  }

  void a_pattern_fixes_the_sparsity() {
    QCOMPARE(magnitude({{"pattern", "1:4"}})["sparsity"], Json(0.75));
    QCOMPARE(magnitude({{"pattern", "2:4"}, {"sparsity", 0.5}})["sparsity"], Json(0.5));
    QCOMPARE(magnitude({{"sparsity", 0.3}})["sparsity"], Json(0.3));
  }

  void a_sparsity_that_contradicts_the_pattern_is_refused() {
    const ErrorInfo info = error_of([] { magnitude({{"pattern", "1:4"}, {"sparsity", 0.5}}); });
    QCOMPARE(info.code, ErrorCode::invalid_parameter);
    QVERIFY(is_complete(info) && mentions(info.why, "1:4") && mentions(info.why, "0.75"));
    QVERIFY_THROWS_EXCEPTION(Error, magnitude({{"pattern", "two of four"}}));
  }

  void depth_pruning_needs_a_text_unless_the_layers_are_listed() {
    const StepDescriptor& depth = catalogue().get("prune.depth");
    const Port& text = *depth.input("text");
    QVERIFY(text.is_required(depth.resolve({{"count", 2}}, "t")));
    QVERIFY(text.is_required(depth.resolve({{"criterion", "angular"}}, "t")));
    QVERIFY(!text.is_required(depth.resolve({{"criterion", "list"}, {"layers", "3+5"}}, "t")));
  }

  void the_parameters_in_which_layers_may_differ() {
    std::map<std::string, std::string> found;
    for (const StepDescriptor& step : catalogue().steps()) {
      for (const ParameterSchema& schema : step.parameters) {
        if (!schema.per_layer) continue;
        std::string& text = found[step.id];
        text += (text.empty() ? "" : " ") + schema.id;
        if (!schema.per_layer_parameter.empty()) text += "(" + schema.per_layer_parameter + ")";
      }
    }
    QCOMPARE(found, (std::map<std::string, std::string>{{"format.cast", "to outliers float8 float6 scales double_quantization values group"},
                                                        {"prune.magnitude", "sparsity(scope) pattern(scope)"},
                                                        {"quant.rtn", "bits group grid symmetric scale_type"},
                                                        {"prune.sparsegpt", "sparsity pattern bits damping block"},
                                                        {"prune.wanda", "sparsity pattern threshold"},
                                                        {"quant.gptq", "bits group grid symmetric scale_type act_order static_groups search zeros damping block"}}));
  }

  void a_descriptor_survives_its_json_form() {
    for (const StepDescriptor& step : catalogue().steps()) {
      const Json json = step.to_json();
      QCOMPARE(StepDescriptor::from_json(json, "t").to_json().dump(), json.dump());
    }
  }

  void a_plugin_description_names_its_versions_and_library() {
    const auto& plugins = catalogue().plugins();
    QCOMPARE(plugins.size(), std::size_t{3});
    for (const PluginDescription& plugin : plugins) {
      QCOMPARE(plugin.interface_version, 1);
      QCOMPARE(plugin.kelter, std::string("0.1.0"));  // replaced by the build
      QCOMPARE(plugin.library.filename().string(), plugin.name + ".so");
      for (const StepDescriptor& step : plugin.steps)
        QCOMPARE(step.plugin, plugin.name);
    }
  }

  void a_step_that_two_plugins_provide_is_refused() {
    StepCatalogue steps = StepCatalogue::builtin();
    steps.add(plugin("one", "quant.mine"));
    const ErrorInfo info = error_of([&] { steps.add(plugin("two", "quant.mine")); });
    QCOMPARE(info.code, ErrorCode::plugin);
    QVERIFY(mentions(info.where, "two") && mentions(info.why, "one"));
    QVERIFY_THROWS_EXCEPTION(Error, steps.add(plugin("three", "measure.tasks")));
    QCOMPARE(steps.plugins().size(), std::size_t{1});
  }

  void an_unknown_step_is_answered_with_the_nearest() {
    QVERIFY(mentions(error_of([] { catalogue().get("quant.rtm"); }).remedy, "quant.rtn"));
    QVERIFY(mentions(error_of([] { catalogue().get("rtn"); }).remedy, "quant.rtn"));
    QVERIFY(mentions(error_of([] { catalogue().get("my.own.thing"); }).remedy, "kelter-cli steps"));
    QCOMPARE(catalogue().find("quant.rtm"), nullptr);
  }

  void a_damaged_plugin_description_is_refused_with_its_path() {
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "mine.kelter-plugin.json";
    const std::string head =
        R"({"plugin": "mine", "interface": 1, "kelter": "a", "libtorch": "b", "compiler": "c", "steps": [)";
    const std::string step = R"({"id": "a.b", "version": 1, "family": "f", "title": "t")";
    for (const std::string& text :
         {std::string("{"), std::string("[]"), head + "3]}", head + step + R"(, "colour": 1}]})",
          head + step + R"(, "rules": ["no-such-rule"]}]})",
          head + step + R"(, "parameters": [{"id": "a", "type": "number", "label": "A", "unit": "u", "help": "h",
                             "per_layer": {"b": [1]}}]}]})",
          head + step + R"(, "parameters": [{"id": "a", "type": "number", "label": "A", "unit": "u", "help": "h",
                             "per_layer": {"a": [1]}}]}]})",
          head + step + R"(, "linears": "squeezed"}]})", head + step + R"(, "linears": "expanded"}]})",
          head + step + R"(, "linears": "cast"}]})", head + step + R"(, "linears": "grouped", "parameters": [
                             {"id": "bits", "type": "integer", "label": "B", "unit": "u", "help": "h"}]}]})",
          head + step + R"(, "inputs": [{"name": "a.b", "type": "model"}]}]})",
          head + step + R"(, "inputs": [{"name": "model", "type": "shoe"}]}]})", head + "], \"more\": 1}"}) {
      write_file_atomically(path, text);
      const ErrorInfo info = error_of([&] { PluginDescription::from_file(path); });
      QVERIFY2(mentions(info.where, path.string()), info.text().c_str());
    }
    write_file_atomically(path, head + step + "}]}");
    QCOMPARE(PluginDescription::from_file(path).steps.front().id, std::string("a.b"));
    fs::rename(path, path.parent_path() / "other.kelter-plugin.json");
    QCOMPARE(error_of([&] { StepCatalogue::load(path.parent_path()); }).code, ErrorCode::plugin);
    QCOMPARE(error_of([&] { StepCatalogue::load(path.parent_path() / "absent"); }).code, ErrorCode::plugin);
  }
};

QTEST_GUILESS_MAIN(StepDescriptorTest)
#include "step_descriptor_test.moc"
