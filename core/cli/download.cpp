// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli download ORG/NAME
#include <algorithm>

#include "core/base/units.h"
#include "core/cli/command.h"
#include "core/cli/interrupt.h"
#include "core/hub/download.h"

namespace kelter {
namespace {

struct Arguments {
  std::string model, file, hub, progress, revision = "main";
  bool offline = false;
};

class ConsoleObserver : public HubObserver {
 public:
  ConsoleObserver(const Arguments& arguments, Console& console) : arguments_(arguments), console_(console) {}

  void check_cancelled() override { stop_if_interrupted(); }

  void progress(const HubProgress& now) override {
    ProgressMessage message;
    message.node = arguments_.model;
    message.stage = now.file;
    message.stage_index = now.index;
    message.stage_count = now.count;
    message.what = format_bytes(now.done) + " of " + format_bytes(now.bytes);
    message.elapsed_seconds = now.seconds;
    if (now.file != file_) started_ = {now.done, now.seconds};  // what an earlier program received took no time now
    file_ = now.file;
    const double seconds = now.seconds - started_.seconds;
    if (seconds > 1 && now.done > started_.done)
      message.remaining_seconds =
          seconds * static_cast<double>(now.bytes - now.done) / static_cast<double>(now.done - started_.done);
    if (!arguments_.progress.empty()) {  // a person reads "what", programs count bytes
      message.item = static_cast<std::int64_t>(now.done);
      message.items = static_cast<std::int64_t>(now.bytes);
    }
    console_.progress(message);
  }

  void waiting(const Error& error, double seconds) override {
    console_.log(
        {"warning", "", error.info().what + ": " + error.info().why + "; trying again in " + format_seconds(seconds)});
  }

 private:
  struct Start {
    std::uint64_t done = 0;
    double seconds = 0;
  };
  const Arguments& arguments_;
  Console& console_;
  std::string file_;
  Start started_;
};

std::string open_as(const Arguments& arguments, const Download& download) {
  if (!arguments.file.empty()) return (download.folder / arguments.file).string();
  return arguments.revision == "main" ? arguments.model : download.folder.string();
}

Json to_json(const Arguments& arguments, const Download& download) {
  Json files = Json::array();
  std::uint64_t bytes = 0, transferred = 0;
  for (const DownloadedFile& file : download.files) {
    files.push_back({{"file", file.name}, {"bytes", file.bytes}, {"transferred_bytes", file.transferred}});
    bytes += file.bytes;
    transferred += file.transferred;
  }
  return {{"model", arguments.model},
          {"revision", arguments.revision},
          {"commit", download.commit},
          {"folder", download.folder.string()},
          {"open", open_as(arguments, download)},
          {"bytes", bytes},
          {"transferred_bytes", transferred},
          {"files", std::move(files)}};
}

std::string to_text(const Arguments& arguments, const Download& download) {
  std::size_t width = 0;
  for (const DownloadedFile& file : download.files)
    width = std::max(width, file.name.size());
  std::string text;
  for (const DownloadedFile& file : download.files) {
    text += file.name + std::string(width - file.name.size() + 2, ' ') + format_bytes(file.bytes) +
            (file.transferred > 0 ? "" : "  was in the cache") + "\n";
  }
  return text + "Commit " + download.commit + "; open it as " + open_as(arguments, download) + "\n";
}

int run_download(const Arguments& arguments, Console& console) {
  if (!arguments.progress.empty()) console.use_json_messages();
  HubOptions options = hub_options(arguments.hub);
  options.offline = options.offline || arguments.offline;
  ConsoleObserver observer(arguments, console);
  const Download download = download_model(arguments.model, arguments.revision, arguments.file, options, observer);
  if (console.json()) console.document(to_json(arguments, download));
  console.text(to_text(arguments, download));
  return 0;
}

}  // namespace

Command declare_download(CLI::App& app) {
  CLI::App* command = add_command(
      app, "download", "Bring a model from a hub into the local cache (the only command that uses the network).",
      "ORG/NAME [OPTION]...",
      {"kelter-cli download HuggingFaceTB/SmolLM2-135M-Instruct",
       "kelter-cli download bartowski/SmolLM2-135M-Instruct-GGUF --file SmolLM2-135M-Instruct-Q8_0.gguf",
       "kelter-cli inspect HuggingFaceTB/SmolLM2-135M-Instruct"});
  auto arguments = std::make_shared<Arguments>();
  add_option(command, "ORG/NAME", arguments->model, " ", "The model, as its page on the hub names it.")->required();
  add_option(command, "--revision", arguments->revision, "R", "A branch, a tag or a commit (default main).");
  add_option(command, "--file", arguments->file, "F.gguf",
             "This GGUF file alone, not configuration, tokenizer and safetensors.");
  add_option(command, "--hub", arguments->hub, "URL",
             "The hub's address (default: HF_ENDPOINT, or https://huggingface.co).");
  command->add_flag("--offline", arguments->offline,
                    "No network: check that the cache holds the model (as HF_HUB_OFFLINE=1 does).");
  add_option(command, "--progress", arguments->progress, "json", "Progress as one JSON object a line on stderr.")
      ->check(CLI::IsMember({"json"}));
  return {command, [arguments](Console& console) { return run_download(*arguments, console); }};
}

}  // namespace kelter
