// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/plugin_loader.h"

#include <dlfcn.h>

#include <algorithm>

#include "core/run/translate.h"

namespace kelter {
namespace {

constexpr const char* info_symbol = "kelter_plugin_info";

std::string place(const PluginDescription& plugin) { return "plugin " + plugin.name + ", " + plugin.library.string(); }

void check_same(const PluginDescription& plugin, const std::string& what, const std::string& theirs,
                const std::string& ours) {
  if (theirs == ours) return;
  throw Error(ErrorCode::plugin, "The plugin was built for another " + what, place(plugin),
              "it needs " + what + " " + theirs + ", this program has " + ours,
              "Build the plugin again with this version of Kelter.");
}

void check_versions(const PluginDescription& plugin, int interface, const std::string& kelter_version,
                    const std::string& libtorch, const std::string& compiler) {
  check_same(plugin, "interface", std::to_string(interface), std::to_string(plugin_interface));
  check_same(plugin, "Kelter", kelter_version, version);
  check_same(plugin, "libtorch", libtorch, KELTER_LIBTORCH);
  check_same(plugin, "compiler", compiler, KELTER_COMPILER);
}

const PluginInfo& open_library(const PluginDescription& plugin) {
  void* library = ::dlopen(plugin.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* reason = ::dlerror();
    throw Error(ErrorCode::plugin, "The plugin's library cannot be loaded", place(plugin), reason ? reason : "",
                "Install the plugin again.");
  }
  const void* symbol = ::dlsym(library, info_symbol);
  if (!symbol) {
    throw Error(ErrorCode::plugin, "The library is no Kelter plugin", place(plugin),
                std::string("it does not export ") + info_symbol, "Use KELTER_PLUGIN in one of its files.");
  }
  return *static_cast<const PluginInfo*>(symbol);
}

// A registration that disagrees with the description would run other code than the document was checked for.
void check_registration(const PluginDescription& plugin, const std::map<std::string, int>& registered) {
  const auto disagree = [&](const std::string& why) {
    throw Error(ErrorCode::plugin, "The plugin's code and its description disagree", place(plugin), why,
                "Install library and description from the same build.");
  };
  for (const StepDescriptor& step : plugin.steps) {
    const auto found = registered.find(step.id);
    if (found == registered.end()) disagree("it describes step " + step.id + " but does not register it");
    if (found->second != step.version) {
      disagree("it describes version " + std::to_string(step.version) + " of step " + step.id +
               " and registers version " + std::to_string(found->second));
    }
  }
  for (const auto& [id, step_version] : registered) {
    const bool described = std::any_of(plugin.steps.begin(), plugin.steps.end(),
                                       [&](const StepDescriptor& step) { return step.id == id; });
    if (!described) disagree("it registers step " + id + " but does not describe it");
  }
}

}  // namespace

void load_plugin(const PluginDescription& plugin, StepRegistry& registry) {
  // The description first: opening a library already runs code of it.
  check_versions(plugin, plugin.interface_version, plugin.kelter, plugin.libtorch, plugin.compiler);
  const PluginInfo& info = open_library(plugin);
  check_versions(plugin, info.interface_version, info.kelter, info.libtorch, info.compiler);
  StepRegistry own;
  info.register_steps(own);
  const std::map<std::string, int> registered = own.versions();
  check_registration(plugin, registered);
  const std::map<std::string, int> present = registry.versions();
  for (const auto& [id, step_version] : registered) {
    if (present.count(id)) {
      throw Error(ErrorCode::plugin, "Another plugin already provides this step", place(plugin) + ", step " + id, {},
                  "Remove one of the two plugins.");
    }
  }
  for (const auto& [id, step_version] : registered) registry.add(id, step_version, own.get(id));
}

std::vector<ErrorInfo> load_plugins(const StepCatalogue& catalogue, StepRegistry& registry) {
  std::vector<ErrorInfo> refused;
  for (const PluginDescription& plugin : catalogue.plugins()) {
    try {
      load_plugin(plugin, registry);
    } catch (const Error& error) {
      refused.push_back(error.info());
    } catch (...) {
      refused.push_back(translate_exception(std::current_exception(), place(plugin)));
    }
  }
  return refused;
}

}  // namespace kelter
