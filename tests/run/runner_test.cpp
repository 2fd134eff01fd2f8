// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <sys/wait.h>
#include <unistd.h>

#include "core/run/engine_thread.h"
#include "core/run/model_source.h"
#include "core/run/run_folder.h"
#include "core/run/runner.h"
#include "tests/run/run_support.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

using Nodes = std::vector<Json>;
using Links = std::vector<std::array<std::string, 2>>;

// Measures without a model's forward: how often each ran is what the tests look at.
struct Counts {
  int quality = 0;
};

MeasureTable test_measures(Counts& counts) {
  MeasureTable table;
  table.add("measure.perplexity", {[&counts](const MeasureInputs& inputs, StepContext& context) {
    ++counts.quality;
    if (inputs.parameters.at("window") == 13) throw Error(ErrorCode::invalid_data, "The text is too short");
    if (inputs.parameters.at("window") == 17) context.warn("the text was cut");
    MeasureRecord record;
    record.metric = "perplexity";
    record.value =
        static_cast<double>(inputs.model.linear(0, "mlp.up_proj")->decode(at::kFloat).abs().mean().item<float>());
    record.protocol = {{"window", inputs.parameters.at("window")}};
    record.samples = {1.5, 2.5};
    return std::vector<MeasureRecord>{record};
  }});
  table.add("measure.throughput", {});
  return table;
}

Json node(const std::string& id, const std::string& step, const Json& parameters = Json::object()) {
  return {{"id", id}, {"step", step}, {"parameters", parameters}};
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::map<std::string, std::string> file_hashes(const fs::path& folder) {
  std::map<std::string, std::string> hashes;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) hashes[fs::relative(entry.path(), folder).string()] = read_text_file(entry.path());
  }
  return hashes;
}

}  // namespace

// One user with one model; documents are built node by node.
class World {
 public:
  World() : World(std::make_unique<Scratch>(), {}) {}
  // In a folder that another process prepared.
  explicit World(const fs::path& folder) : World(nullptr, folder) {}

  RunRecord run(const Nodes& nodes, const Links& links, RunOptions options = {}) {
    options.dtype = "float32";
    options.threads = 2;
    RunListener listener;
    listener.progress = [this](const ProgressMessage& message) { progress.push_back(message); };
    listener.log = [this](const LogMessage& message) {
      log += message.level + " " + message.node + " " + message.text + "\n";
    };
    listener.node = [this](const NodeRecord& record) { states.push_back(record.id + " " + to_string(record.state)); };
    listener.at_border = at_border;
    return Runner({catalogue, registry, measures, cache, identities, &store})
        .run(document(nodes, links), options, listener, cancel);
  }

  Plan plan(const Nodes& nodes, const Links& links) {
    RunOptions options;
    options.dtype = "float32";
    options.threads = 2;
    return Runner({catalogue, registry, measures, cache, identities, &store}).plan(document(nodes, links), options);
  }

  Document document(const Nodes& nodes, const Links& links) const {
    Document document =
        Document::from_json({{"kelter", 1}, {"title", "test"}, {"nodes", nodes}, {"links", links}}, "test");
    document.folder = folder;
    return document;
  }

  std::unique_ptr<Scratch> scratch;
  fs::path folder;
  StepCatalogue catalogue = test_catalogue();
  StepRegistry registry = test_registry();
  Counts counts;
  MeasureTable measures = test_measures(counts);
  Cache cache;
  FileIdentities identities;
  RunStore store;
  CancelFlag cancel;
  std::function<void()> at_border;
  std::vector<ProgressMessage> progress;
  std::vector<std::string> states;
  std::string log;

 private:
  World(std::unique_ptr<Scratch> own, const fs::path& given)
      : scratch(std::move(own)), folder(scratch ? scratch->path() : given), cache(folder / "cache", 1 << 30),
        identities(folder / "identities.json"), store(folder / "runs.sqlite") {
    if (fs::exists(folder / "tiny.gguf")) return;
    TinyLlama options;
    options.layers = 4;
    tiny_model(folder, options);
    write_text(folder / "text.txt", "some text");
  }
};

namespace {

const Json source_node = node("model", "source.model", {{"path", "tiny.gguf"}});
const Json scale_node = node("scale", "test.scale", {{"factor", 0.25}});

Json quality_node(int window = 64) {
  return node("quality", "measure.perplexity", {{"text", "text.txt"}, {"window", window}});
}

const NodeRecord& record_of(const RunRecord& run, const std::string& id) {
  for (const NodeRecord& record : run.nodes) {
    if (record.id == id) return record;
  }
  throw std::logic_error("no record of " + id);
}

// The document that is killed and resumed.
RunRecord run_scale(World& world, const fs::path& out, bool resume) {
  RunOptions options;
  options.out = out;
  options.resume = resume;
  return world.run({source_node, scale_node, quality_node()},
                   {{"model.model", "scale.model"}, {"model.model", "quality.model"}, {"scale.model", "quality.model"}},
                   options);
}

}  // namespace

class RunnerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_chain_runs_measures_and_records() {
    World world;
    const RunRecord run =
        world.run({source_node, scale_node, quality_node()},
                  {{"model.model", "scale.model"}, {"model.model", "quality.model"}, {"scale.model", "quality.model"}});
    QCOMPARE(run.nodes.size(), std::size_t{2});
    const NodeRecord &source = run.nodes[0], &scaled = run.nodes[1];
    QCOMPARE(source.id, std::string("model"));
    QCOMPARE(source.state, NodeState::done);
    QCOMPARE(scaled.state, NodeState::done);
    QVERIFY(!scaled.cached && scaled.seconds > 0 && !scaled.recipe.empty() && !scaled.content.empty());
    QVERIFY(scaled.content != source.content);
    QCOMPARE(scaled.parameters.at("factor").get<double>(), 0.25);
    QVERIFY(std::abs(*scaled.measures.at(0).value / *source.measures.at(0).value - 0.25) < 1e-3);   // bfloat16 rounds
    QCOMPARE(source.ledger.at("disk_bytes").get<std::uint64_t>(), fs::file_size(world.folder / "tiny.gguf"));
    QVERIFY(scaled.ledger.at("disk_bytes").is_null());
    QVERIFY(run.device_class.find("2 threads, libtorch") != std::string::npos);
    QCOMPARE(world.states, (std::vector<std::string>{"model running", "model running", "model done", "scale running",
                                                      "scale running", "scale done"}));
  }

  void a_second_run_does_nothing_and_says_the_same() {
    World world;
    const Nodes nodes = {source_node, scale_node, quality_node(17)};
    const Links links = {{"model.model", "scale.model"}, {"scale.model", "quality.model"}};
    const RunRecord first = world.run(nodes, links);
    QCOMPARE(first.nodes[1].warnings, std::vector<std::string>{"the text was cut"});
    const RunRecord second = world.run(nodes, links);
    QCOMPARE(world.counts.quality, 1);
    for (const NodeRecord& record : second.nodes) QVERIFY2(record.cached, record.id.c_str());
    NodeRecord expected = first.nodes[1];
    expected.cached = true;
    QCOMPARE(second.nodes[1].to_json(true), expected.to_json(true));
    QVERIFY(world.plan(nodes, links).nodes.at(1).cached);
  }

  void an_edit_runs_only_what_lies_behind_it() {
    World world;
    RunOptions options;
    options.store_every_state = true;
    const Links links = {{"model.model", "scale.model"}, {"scale.model", "half.model"}};
    world.run({source_node, scale_node, node("half", "test.scale", {{"factor", 0.5}})}, links, options);
    const RunRecord run =
        world.run({source_node, scale_node, node("half", "test.scale", {{"factor", 0.75}})}, links, options);
    QVERIFY(record_of(run, "scale").cached);
    QVERIFY(!record_of(run, "half").cached);
  }

  void overrides_reach_the_step_and_the_record() {
    World world;
    Json mixed = scale_node;   // factor 0.25
    mixed["id"] = "mixed";
    mixed["overrides"] = {{"1:3", {{"factor", 0.5}}}};
    const Links links = {{"model.model", "scale.model"}, {"model.model", "half.model"}, {"model.model", "mixed.model"}};
    RunOptions options;
    options.out = world.folder / "out";
    const RunRecord run =
        world.run({source_node, scale_node, node("half", "test.scale", {{"factor", 0.5}}), mixed}, links, options);
    QCOMPARE(record_of(run, "mixed").overrides.dump(), std::string(R"({"1:3":{"factor":0.5}})"));
    QVERIFY(record_of(run, "scale").overrides.is_null());
    QVERIFY(record_of(run, "mixed").recipe != record_of(run, "scale").recipe);
    const auto model = [&](const char* id) { return open_model(options.out / id); };
    for (int layer = 0; layer < 4; ++layer) {
      const bool own = layer == 1 || layer == 2;
      QCOMPARE(model("mixed").linear(layer, "mlp.up_proj")->content_hash(),
               model(own ? "half" : "scale").linear(layer, "mlp.up_proj")->content_hash());
    }
    QCOMPARE(read_run_folder(options.out).to_json(true), run.to_json(true));
  }

  void an_override_of_a_layer_that_the_model_lacks_fails_its_node() {
    World world;
    Json beyond = scale_node;
    beyond["overrides"] = {{"2:5", {{"factor", 0.5}}}};
    const RunRecord run = world.run({source_node, beyond}, {{"model.model", "scale.model"}});
    QCOMPARE(record_of(run, "scale").state, NodeState::failed);
    QCOMPARE(record_of(run, "scale").error->code, ErrorCode::invalid_parameter);
    QVERIFY2(mentions(record_of(run, "scale").error, "layer 4, its layers are 0 to 3"), record_of(run, "scale").error->text().c_str());
    QVERIFY(mentions(record_of(run, "scale").error, "node scale, test.scale, overrides"));
  }

  void a_state_that_was_not_stored_is_made_again_when_needed() {
    World world;
    const Links links = {{"model.model", "scale.model"}, {"scale.model", "quality.model"}};
    const RunRecord first = world.run({source_node, scale_node, quality_node(64)}, links);
    fs::remove_all(world.folder / "cache" / "states");
    fs::create_directories(world.folder / "cache" / "states");
    const RunRecord second = world.run({source_node, scale_node, quality_node(65)}, links);
    QVERIFY(!record_of(second, "scale").cached);
    QCOMPARE(record_of(second, "scale").content, record_of(first, "scale").content);
    QCOMPARE(world.counts.quality, 2);
  }

  void a_failure_stops_only_what_lies_behind_it() {
    World world;
    const RunRecord run = world.run({source_node, node("bad", "test.fail", {{"layer", 2}}), node("behind", "test.same"),
                                     node("further", "test.same"), scale_node},
                                    {{"model.model", "bad.model"},
                                     {"bad.model", "behind.model"},
                                     {"behind.model", "further.model"},
                                     {"model.model", "scale.model"}});
    const NodeRecord& bad = record_of(run, "bad");
    QCOMPARE(bad.state, NodeState::failed);
    QCOMPARE(bad.error->code, ErrorCode::not_finite);
    QCOMPARE(bad.error->where, std::string("node bad, test.fail, layer 2"));
    QCOMPARE(bad.error->remedy, std::string("Use another text."));
    for (const char* id : {"behind", "further"}) {
      QCOMPARE(record_of(run, id).state, NodeState::skipped);
      QVERIFY(record_of(run, id).error->why.find(id == std::string("behind") ? "bad failed" : "behind skipped") !=
              std::string::npos);
    }
    QCOMPARE(record_of(run, "scale").state, NodeState::done);
  }

  void errors_of_libraries_are_translated() {
    World world;
    const RunRecord run = world.run(
        {source_node, node("torch", "test.torch"), node("memory", "test.memory"), node("wrong", "test.wrong")},
        {{"model.model", "torch.model"}, {"model.model", "memory.model"}, {"model.model", "wrong.model"}});
    QCOMPARE(record_of(run, "torch").error->code, ErrorCode::internal);
    QVERIFY(mentions(record_of(run, "torch").error, "mat1 and mat2"));
    QCOMPARE(record_of(run, "memory").error->code, ErrorCode::out_of_memory);
    QCOMPARE(record_of(run, "wrong").error->code, ErrorCode::missing_tensor);
    QVERIFY(mentions(record_of(run, "wrong").error, "model.layers.1.input_layernorm.weight"));
  }

  void a_failed_measure_fails_its_node_and_nothing_else() {
    World world;
    const RunRecord run =
        world.run({source_node, scale_node, quality_node(13), node("next", "test.same")},
                  {{"model.model", "scale.model"}, {"scale.model", "quality.model"}, {"scale.model", "next.model"}});
    QCOMPARE(record_of(run, "scale").state, NodeState::failed);
    QVERIFY(mentions(record_of(run, "scale").error, "node scale, measure.perplexity"));
    QVERIFY(!record_of(run, "scale").ledger.is_null());
    QCOMPARE(record_of(run, "next").state, NodeState::done);
  }

  void documents_that_cannot_run_are_refused_before_any_work() {
    World world;
    const auto missing = thrown([&] { world.run({node("m", "source.model", {{"path", "nowhere.gguf"}})}, {}); });
    QVERIFY(missing && missing->code == ErrorCode::file_not_found && mentions(missing, "node m"));
    world.registry = StepRegistry();
    const auto unloaded = thrown([&] { world.run({source_node, scale_node}, {{"model.model", "scale.model"}}); });
    QVERIFY(unloaded && unloaded->code == ErrorCode::plugin && mentions(unloaded, "test.scale"));
    QVERIFY(world.states.empty());
  }

  void a_source_that_is_no_model_fails_as_a_node() {
    World world;
    write_text(world.folder / "broken.gguf", "GGUF but not really");
    const RunRecord run =
        world.run({source_node, node("broken", "source.model", {{"path", "broken.gguf"}}), node("same", "test.same")},
                  {{"broken.model", "same.model"}});
    QCOMPARE(record_of(run, "model").state, NodeState::done);
    QCOMPARE(record_of(run, "broken").state, NodeState::failed);
    QCOMPARE(record_of(run, "same").state, NodeState::skipped);
  }

  void a_bypassed_node_passes_its_input_on() {
    World world;
    Json bypassed = scale_node;
    bypassed["bypass"] = true;
    const RunRecord run =
        world.run({source_node, bypassed, node("same", "test.same"), quality_node()},
                  {{"model.model", "scale.model"}, {"scale.model", "same.model"}, {"same.model", "quality.model"}});
    QCOMPARE(record_of(run, "same").content, record_of(run, "model").content);
    QCOMPARE(record_of(run, "scale").recipe, record_of(run, "model").recipe);
    QCOMPARE(record_of(run, "scale").state, NodeState::done);
  }

  void a_sweep_gives_a_record_per_value() {
    World world;
    const RunRecord run =
        world.run({source_node, node("scale", "test.scale", {{"factor", {{"sweep", {0.5, 2.0}}}}}), quality_node()},
                  {{"model.model", "scale.model"}, {"scale.model", "quality.model"}});
    QCOMPARE(run.nodes.size(), std::size_t{3});
    QCOMPARE(run.nodes[1].id, std::string("scale@factor=0.5"));
    QCOMPARE(*run.nodes[2].measures.at(0).value, 4 * *run.nodes[1].measures.at(0).value);
  }

  void cancelling_takes_less_than_two_seconds_and_leaves_the_rest_cancelled() {
    World world;
    std::thread user([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      world.cancel.request();
    });
    const auto start = std::chrono::steady_clock::now();
    RunOptions options;
    options.out = world.folder / "out";
    const RunRecord run = world.run(
        {source_node, node("slow", "test.slow"), node("behind", "test.same"), scale_node},
        {{"model.model", "slow.model"}, {"slow.model", "behind.model"}, {"model.model", "scale.model"}}, options);
    const auto taken = std::chrono::steady_clock::now() - start;
    user.join();
    QVERIFY(taken < std::chrono::milliseconds(2300));
    QCOMPARE(record_of(run, "model").state, NodeState::done);
    for (const char* id : {"slow", "behind", "scale"}) QCOMPARE(record_of(run, id).state, NodeState::cancelled);
    QCOMPARE(read_run_folder(options.out).nodes.at(1).state, NodeState::cancelled);
    // The state after a cancel is resumable.
    world.cancel.clear();
    options.resume = true;
    const RunRecord again = world.run({source_node, scale_node}, {{"model.model", "scale.model"}}, options);
    QCOMPARE(record_of(again, "scale").state, NodeState::done);
  }

  void progress_has_two_levels_and_knows_the_rest_after_two_items() {
    World world;
    world.run({source_node, scale_node, quality_node()},
              {{"model.model", "scale.model"}, {"scale.model", "quality.model"}});
    QVERIFY(!world.progress.empty());
    QCOMPARE(world.progress.back().stage_index, 3);   // the measure tells of no items, but that it began
    std::erase_if(world.progress, [](const ProgressMessage& message) { return message.stage_index == 3; });
    QCOMPARE(world.progress.front().items, 0);        // it begins, too
    const ProgressMessage last = world.progress.back();
    QCOMPARE(last.node, std::string("scale"));
    QCOMPARE(last.stage, std::string("test.scale"));
    QCOMPARE(last.stage_index, 2);       // model, scale, perplexity of scale
    QCOMPARE(last.stage_count, 3);
    QCOMPARE(last.item, 4);
    QCOMPARE(last.items, 4);
    QCOMPARE(*last.remaining_seconds, 0.0);
    QVERIFY(!world.progress.front().remaining_seconds.has_value());
  }

  void interactive_jobs_are_served_at_borders() {
    World world;
    int served = 0;
    world.at_border = [&] { ++served; };
    world.run({source_node, scale_node}, {{"model.model", "scale.model"}});
    QVERIFY(served >= 4);
  }

  void the_run_folder_is_complete() {
    World world;
    const RunRecord run = run_scale(world, world.folder / "out", false);
    const fs::path out = world.folder / "out";
    QCOMPARE(read_run_folder(out).to_json(true), run.to_json(true));
    QCOMPARE(resolve_model(out.string() + "#model"), world.folder / "tiny.gguf");
    const ModelState scaled = open_model(resolve_model(out.string() + "#scale"));
    QCOMPARE(scaled.content_hash(), record_of(run, "scale").content);
    QVERIFY(record_of(run, "scale").ledger.at("disk_bytes").get<std::uint64_t>() > 0);
    QVERIFY(fs::is_directory(out / "figures"));
    QVERIFY(lines_of(out / "log.txt").size() >= 3);
    QCOMPARE(Document::load(out / "document.kelter").nodes.size(), std::size_t{3});
    QCOMPARE(world.store.find_folder(out)->record.to_json(true), run.to_json(true));
  }

  void a_folder_with_other_things_is_left_alone() {
    World world;
    const fs::path file = write_text(world.folder / "thesis" / "chapter.tex", "dear to me");
    QCOMPARE(thrown([&] { run_scale(world, world.folder / "thesis", false); })->code, ErrorCode::invalid_parameter);
    QVERIFY(fs::exists(file));
    QCOMPARE(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()), 1);
  }

  void a_run_folder_has_one_writer() {
    World world;
    RunFolder first(world.folder / "out", world.document({source_node}, {}), false);
    const auto error = thrown([&] { run_scale(world, world.folder / "out", true); });
    QVERIFY(error && mentions(error, "Another run is writing"));
  }

  void finished_nodes_are_reused_on_resume_only_while_their_content_holds() {
    World world;
    const fs::path out = world.folder / "out", trace = world.folder / "trace";
    ::setenv("KELTER_TEST_TRACE", trace.c_str(), 1);
    const RunRecord first = run_scale(world, out, false);
    fs::remove_all(world.folder / "cache");
    world.cache = Cache(world.folder / "cache", 1 << 30);
    const RunRecord second = run_scale(world, out, true);
    QCOMPARE(lines_of(trace).size(), std::size_t{4});
    QVERIFY(record_of(second, "scale").cached);
    QCOMPARE(world.counts.quality, 2);            // both results came from the journal
    QCOMPARE(record_of(second, "scale").measures.at(0), record_of(first, "scale").measures.at(0));

    std::fstream file(out / "scale" / "weights.safetensors", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-1000, std::ios::end);
    file.write("XXXX", 4);
    file.close();
    fs::remove_all(world.folder / "cache");
    world.cache = Cache(world.folder / "cache", 1 << 30);
    const RunRecord third = run_scale(world, out, true);
    QCOMPARE(lines_of(trace).size(), std::size_t{8});
    QCOMPARE(record_of(third, "scale").content, record_of(first, "scale").content);
    QCOMPARE(open_kelter_folder(out / "scale").content_hash(), record_of(first, "scale").content);
    ::unsetenv("KELTER_TEST_TRACE");
  }

  void killed_at_any_layer_it_resumes_to_the_same_bytes_without_repeating() {
    World whole;
    const RunRecord expected = run_scale(whole, whole.folder / "out", false);
    const auto bytes = file_hashes(whole.folder / "out" / "scale");
    for (int layer = 0; layer < 4; ++layer) {
      World world;
      const fs::path trace = world.folder / "trace";
      const int status = killed_child(world.folder, trace, layer);
      QVERIFY(WIFSIGNALED(status));
      QCOMPARE(WTERMSIG(status), SIGKILL);
      QCOMPARE(lines_of(trace).size(), static_cast<std::size_t>(layer + 1));

      ::setenv("KELTER_TEST_TRACE", trace.c_str(), 1);
      const RunRecord resumed = run_scale(world, world.folder / "out", true);
      ::unsetenv("KELTER_TEST_TRACE");
      QCOMPARE(lines_of(trace), (std::vector<std::string>{"0", "1", "2", "3"}));   // every layer once
      QCOMPARE(record_of(resumed, "scale").content, record_of(expected, "scale").content);
      QVERIFY(file_hashes(world.folder / "out" / "scale") == bytes);
      QVERIFY(!world.cache.has_checkpoints(record_of(resumed, "scale").recipe));
      QVERIFY(fs::exists(world.folder / "out" / "run.json"));
    }
  }

  void speed_is_measured_by_a_child_on_the_untouched_file() {
    World world;
    const fs::path program = world.folder / "fake-cli";
    write_text(program,
               "#!/bin/sh\necho \"$@\" > '" + (world.folder / "arguments").string() +
                   "'\necho '{\"records\": [{\"metric\": \"decode_tokens_per_second\", \"value\": 9.5}], "
                   "\"kernels\": {\"q4\": {\"calls\": 3, \"bytes_read\": 30}}, \"seconds\": 1, \"warnings\": []}'\n");
    fs::permissions(program, fs::perms::owner_all);
    ::setenv("KELTER_CLI", program.c_str(), 1);
    const Json speed = node("speed", "measure.throughput");
    const Links links = {
        {"model.model", "scale.model"}, {"model.model", "speed.model"}, {"scale.model", "speed.model"}};
    const RunRecord run = world.run({source_node, scale_node, speed}, links);
    ::unsetenv("KELTER_CLI");
    QCOMPARE(record_of(run, "model").state, NodeState::done);
    QCOMPARE(*record_of(run, "model").measures.at(0).value, 9.5);
    QCOMPARE(record_of(run, "scale").ledger.at("kernels").at("q4").at("calls").get<int>(), 3);
    const std::string arguments = read_text_file(world.folder / "arguments");
    QVERIFY(arguments.find("internal-measure --model " + (world.folder / "cache" / "tmp").string()) == 0);
    QVERIFY(arguments.find("--dtype float32 --device cpu --threads 2") != std::string::npos);
    QVERIFY(fs::is_empty(world.folder / "cache" / "tmp"));
    // A measure in a process of its own tells of no items, but that it is what runs now: not the stage before it.
    const ProgressMessage last = world.progress.back();
    QCOMPARE(last.node, std::string("scale"));
    QCOMPARE(last.stage, std::string("measure.throughput"));
    QCOMPARE(last.stage_index, last.stage_count);
    QCOMPARE(last.items, 0);
  }

  void what_a_step_took_is_learnt() {
    World world;
    const Nodes nodes = {source_node, scale_node, node("again", "test.scale", {{"factor", 0.3}})};
    const Links links = {{"model.model", "scale.model"}, {"scale.model", "again.model"}};
    QVERIFY(!world.plan(nodes, links).seconds.has_value());
    world.run({source_node, scale_node}, {{"model.model", "scale.model"}});
    const Plan plan = world.plan(nodes, links);
    QVERIFY(plan.seconds.has_value() && *plan.seconds > 0);
  }

 private:
  // Runs this program again as a child that dies behind a layer; the status of its end.
  static int killed_child(const fs::path& folder, const fs::path& trace, int layer) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv("KELTER_TEST_TRACE", trace.c_str(), 1);
      ::setenv("KELTER_TEST_DIE_AFTER", std::to_string(layer).c_str(), 1);
      ::execl("/proc/self/exe", "runner_test", "killed-child", folder.c_str(), nullptr);
      ::_exit(99);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
};

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "killed-child") {
    World world{fs::path(argv[2])};
    run_scale(world, world.folder / "out", false);
    return 0;
  }
  QCoreApplication application(argc, argv);
  RunnerTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "runner_test.moc"
