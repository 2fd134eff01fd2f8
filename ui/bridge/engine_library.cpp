// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/engine_library.h"

#include <dlfcn.h>

#include <QCoreApplication>
#include <QString>
#include <cstdlib>

namespace kelter::ui {
namespace {

constexpr const char* library_name = "libkelter-engine.so";

std::string text(const QString& translated) { return translated.toStdString(); }
QString words(const std::string& text) { return QString::fromStdString(text); }

// The dynamic loader names the file of a library by its last part, or by its path if it was given one.
bool names_one_of(const std::string& library, const std::vector<fs::path>& paths) {
  for (const fs::path& path : paths) {
    if (path == library) return true;
  }
  return false;
}

std::string joined(const std::vector<fs::path>& paths) {
  std::string all;
  for (const fs::path& path : paths) all += (all.empty() ? "" : ", ") + path.string();
  return all;
}

class Loader {
  Q_DECLARE_TR_FUNCTIONS(Loader)
 public:
  static ErrorInfo not_found(const LoadFailure& failure) {
    return {ErrorCode::file_not_found, text(tr("The engine was not found")), joined(failure.tried),
            text(tr("documents can be opened and edited, but nothing can be computed")),
            text(tr("Install Kelter again, or set KELTER_ENGINE to the path of %1.").arg(library_name))};
  }

  static ErrorInfo library_missing(const LoadFailure& failure, const std::string& missing) {
    const bool torch = missing.find("torch") != std::string::npos || missing.find("c10") != std::string::npos;
    const QString remedy =
        torch ? tr("Install libtorch (scripts/setup does), or add its folder to LD_LIBRARY_PATH, and start Kelter again.")
              : tr("Install the package that holds %1 and start Kelter again.").arg(words(missing));
    return {ErrorCode::file_not_found, text(tr("The engine cannot start: the library %1 is missing").arg(words(missing))),
            joined(failure.tried), failure.reason, text(remedy)};
  }

  static ErrorInfo refused(const LoadFailure& failure) {
    return {ErrorCode::plugin, text(tr("The engine cannot be loaded")), joined(failure.tried), failure.reason,
            text(tr("Window and engine must be of the same version: install Kelter again."))};
  }
};

}  // namespace

std::vector<fs::path> engine_candidates() {
  if (const char* named = std::getenv("KELTER_ENGINE"); named && *named) return {fs::path(named)};
  const fs::path program = executable_folder();
  return {program.parent_path() / "lib" / library_name, program / library_name,
          program.parent_path() / "lib" / "kelter" / library_name};
}

std::variant<StartEngine, LoadFailure> load_engine(const std::vector<fs::path>& candidates) {
  for (const fs::path& path : candidates) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) continue;
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);   // plugins find the engine's symbols
    void* symbol = library ? ::dlsym(library, start_engine_symbol) : nullptr;
    if (symbol) return reinterpret_cast<StartEngine>(symbol);
    LoadFailure failure;
    failure.tried.push_back(path);
    failure.reason = "it does not export ";
    failure.reason += start_engine_symbol;
    if (const char* reason = library ? nullptr : ::dlerror()) failure.reason = reason;
    return failure;
  }
  LoadFailure nothing;
  nothing.tried = candidates;
  return nothing;
}

std::string missing_library(const std::string& reason) {
  const std::size_t end = reason.find(": cannot open shared object file");
  return end == std::string::npos ? std::string() : reason.substr(0, end);
}

ErrorInfo load_error(const LoadFailure& failure) {
  if (failure.reason.empty()) return Loader::not_found(failure);
  const std::string missing = missing_library(failure.reason);
  if (!missing.empty() && !names_one_of(missing, failure.tried)) return Loader::library_missing(failure, missing);
  return Loader::refused(failure);
}

}  // namespace kelter::ui
