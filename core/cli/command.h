// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of kelter-cli, one file each, and the options they share. Main thread.
#pragma once

#include <CLI/CLI.hpp>
#include <c10/core/Device.h>
#include <functional>
#include <string>
#include <vector>

#include "core/cli/console.h"

namespace kelter {

// A declared command; `run` returns the exit code.
struct Command {
  CLI::App* app = nullptr;
  std::function<int(Console&)> run;
};

// Each adds its subcommand with help and examples to `app`.
Command declare_inspect(CLI::App& app);
Command declare_steps(CLI::App& app);
Command declare_run(CLI::App& app);
Command declare_compress(CLI::App& app);
Command declare_measure(CLI::App& app);
Command declare_compare(CLI::App& app);
Command declare_generate(CLI::App& app);
Command declare_tokenize(CLI::App& app);
Command declare_diff(CLI::App& app);
Command declare_export(CLI::App& app);
Command declare_download(CLI::App& app);
Command declare_bench(CLI::App& app);
Command declare_internal_measure(CLI::App& app);   // not listed: the runner's fresh process

// The options of commands that compute.
struct ComputeOptions {
  std::string device = "cpu";
  std::string dtype;          // empty: default_dtype(device)
  int threads = 0;            // 0: default_threads()
  std::string progress;       // "json" or empty
  // Error(unsupported) for a device or compute type that this machine does not have.
  void check() const;
  at::Device chosen_device() const;
  std::string chosen_dtype() const;
  int chosen_threads() const;
};

// The look of every help page: `synopsis` follows "kelter-cli " in the usage line.
std::shared_ptr<CLI::FormatterBase> help_page(const std::string& synopsis);
// `synopsis` follows "kelter-cli NAME "; every example is one command line.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description, const std::string& synopsis,
                      const std::vector<std::string>& examples);
CLI::Option* add_option(CLI::App* command, const std::string& name, std::string& target, const std::string& value,
                        const std::string& help);
CLI::Option* add_option(CLI::App* command, const std::string& name, std::int64_t& target, const std::string& value,
                        const std::string& help);
// An option that may be given several times, one value each.
CLI::Option* add_list(CLI::App* command, const std::string& name, std::vector<std::string>& target, const std::string& value,
                      const std::string& help);
CLI::Option* add_model(CLI::App* command, const std::string& name, std::string& target);
void add_compute_options(CLI::App* command, ComputeOptions& options);

}  // namespace kelter
