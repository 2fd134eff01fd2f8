// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/run/plugin_loader.h"
#include "tests/run/run_support.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

PluginDescription description(const std::string& name, const std::string& step = "tiny.same", int step_version = 2) {
  PluginDescription plugin{name,
                           fs::path(KELTER_TEST_PLUGINS) / (name + ".so"),
                           plugin_interface,
                           version,
                           KELTER_LIBTORCH,
                           KELTER_COMPILER,
                           {test_descriptor(step)}};
  plugin.steps.front().version = step_version;
  return plugin;
}

std::optional<ErrorInfo> refusal(const PluginDescription& plugin) {
  StepRegistry registry;
  const auto error = thrown([&] { load_plugin(plugin, registry); });
  if (!registry.versions().empty()) throw std::logic_error("a refused plugin left steps behind");
  return error;
}

}  // namespace

class PluginLoaderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_fitting_plugin_is_registered_and_runs() {
    StepRegistry registry;
    load_plugin(description("good"), registry);
    QVERIFY(registry.has("tiny.same", 2));
    StepInputs inputs;
    inputs.models.emplace("model", tiny_model(scratch_.path()));
    NullContext context;
    QCOMPARE(registry.get("tiny.same")(inputs, context).content_hash(), inputs.model().content_hash());
  }

  void each_version_of_the_description_is_compared() {
    PluginDescription plugin = description("good");
    plugin.interface_version = 99;
    QVERIFY(mentions(refusal(plugin), "interface 99"));
    plugin = description("good");
    plugin.kelter = "0.0.9";
    QVERIFY(mentions(refusal(plugin), "Kelter 0.0.9"));
    plugin = description("good");
    plugin.libtorch = "1.0.0";
    QVERIFY(mentions(refusal(plugin), "libtorch 1.0.0"));
    plugin = description("good");
    plugin.compiler = "Other 1";
    const auto error = refusal(plugin);
    QVERIFY(error && error->code == ErrorCode::plugin && mentions(error, "compiler Other 1") &&
            mentions(error, "plugin good"));
    QVERIFY(!error->remedy.empty());
  }

  void a_library_of_another_interface_is_refused_before_its_code_runs() {
    QVERIFY(mentions(refusal(description("old_interface")), "interface " + std::to_string(plugin_interface - 1)));
  }

  void registration_must_agree_with_the_description() {
    QVERIFY(mentions(refusal(description("disagreeing")), "tiny.hidden"));
    QVERIFY(mentions(refusal(description("good", "tiny.other")), "tiny.other"));
    QVERIFY(mentions(refusal(description("good", "tiny.same", 1)), "version 1"));
  }

  void a_library_without_the_symbol_or_without_file_is_named() {
    QVERIFY(mentions(refusal(description("missing_symbol")), "kelter_plugin_info"));
    QVERIFY(mentions(refusal(description("nowhere")), "nowhere.so"));
  }

  void the_same_step_twice_is_refused() {
    StepRegistry registry;
    load_plugin(description("good"), registry);
    const auto error = thrown([&] { load_plugin(description("good"), registry); });
    QVERIFY(error && error->code == ErrorCode::plugin && mentions(error, "tiny.same"));
  }

  void a_refused_plugin_does_not_stop_the_others() {
    StepCatalogue catalogue = StepCatalogue::builtin();
    catalogue.add(description("nowhere", "other.step"));
    catalogue.add(description("good"));
    StepRegistry registry;
    const auto refused = load_plugins(catalogue, registry);
    QCOMPARE(refused.size(), std::size_t{1});
    QVERIFY(registry.has("tiny.same", 2));
  }

  void safe_mode_leaves_strangers_out() {
    const fs::path own = scratch_.path() / "own", strangers = scratch_.path() / "strangers";
    fs::create_directories(own);
    fs::create_directories(strangers);
    ::setenv("KELTER_PLUGINS", own.c_str(), 1);
    ::setenv("KELTER_PLUGIN_PATH", ("/no/such/folder:" + strangers.string()).c_str(), 1);
    ::unsetenv("KELTER_SAFE_MODE");
    QCOMPARE(plugin_folders(), (std::vector<fs::path>{own, strangers}));
    ::setenv("KELTER_SAFE_MODE", "1", 1);
    QCOMPARE(plugin_folders(), std::vector<fs::path>{own});
    ::unsetenv("KELTER_SAFE_MODE");
  }

 private:
  Scratch scratch_;
};

QTEST_GUILESS_MAIN(PluginLoaderTest)
#include "plugin_loader_test.moc"
