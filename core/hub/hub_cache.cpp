// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/hub_cache.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <regex>

#include "core/base/error.h"
#include "core/base/units.h"

namespace kelter {
namespace {

bool is_safe_part(const std::string& part) {
  const bool control = std::any_of(part.begin(), part.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return !part.empty() && part != "." && part != ".." && part.size() <= 255 && !control;
}

std::string folder_name(const std::string& model) {
  const std::size_t slash = model.find('/');
  return "models--" + model.substr(0, slash) + "--" + model.substr(slash + 1);
}

}  // namespace

bool is_hub_name(const std::string& model) {
  static const std::regex name("[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
  return std::regex_match(model, name) && model.find("--") == std::string::npos &&
         model.find("..") == std::string::npos;
}

bool is_safe_path(const std::string& path) {
  if (path.size() > 1024) return false;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (!is_safe_part(path.substr(start, end - start))) return false;  // an absolute path begins with an empty part
    start = end + 1;
  }
  return true;
}

fs::path hub_cache_folder() {
  const auto set = [](const char* name) { return std::getenv(name) && *std::getenv(name); };
  if (set("HF_HUB_CACHE")) return std::getenv("HF_HUB_CACHE");
  if (set("HF_HOME")) return fs::path(std::getenv("HF_HOME")) / "hub";
  return cache_folder().parent_path() / "huggingface" / "hub";
}

HubCache::HubCache(const std::string& model) {
  if (!is_hub_name(model)) {
    throw Error(ErrorCode::invalid_parameter, "This is no name of a model on a hub", printable(model),
                "such a name is ORG/NAME in letters, digits and . _ -", "Name it as its page on the hub does.");
  }
  folder_ = hub_cache_folder() / folder_name(model);
}

fs::path HubCache::lock(const std::string& digest) const {
  return folder_.parent_path() / ".locks" / folder_.filename() / (digest + ".lock");
}

std::optional<std::string> HubCache::commit_of(const std::string& revision) const {
  if (!is_safe_path(revision)) return std::nullopt;
  std::string commit = revision;
  if (const fs::path ref = folder_ / "refs" / revision; fs::is_regular_file(ref)) commit = read_text_file(ref);
  while (!commit.empty() && std::isspace(static_cast<unsigned char>(commit.back())))
    commit.pop_back();
  const bool plain = is_safe_part(commit) && commit.find('/') == std::string::npos;
  if (!plain || !fs::is_directory(snapshot(commit))) return std::nullopt;
  return commit;
}

void HubCache::add_to_snapshot(const std::string& commit, const std::string& file, const std::string& digest) const {
  const fs::path link = snapshot(commit) / file;
  fs::create_directories(link.parent_path());
  const fs::path target = blob(digest).lexically_relative(link.parent_path());
  std::error_code absent;
  if (fs::read_symlink(link, absent) == target) return;
  const fs::path temporary = link.parent_path() / (".kelter-" + std::to_string(::gettid()) + ".link");
  fs::remove(temporary);
  fs::create_symlink(target, temporary);
  fs::rename(temporary, link);
}

void HubCache::set_revision(const std::string& revision, const std::string& commit) const {
  if (revision == commit) return;
  const fs::path ref = folder_ / "refs" / revision;
  fs::create_directories(ref.parent_path());
  write_file_atomically(ref, commit);
}

std::optional<fs::path> hub_snapshot(const std::string& model) {
  if (!is_hub_name(model)) return std::nullopt;
  const HubCache cache(model);
  const std::optional<std::string> commit = cache.commit_of("main");
  if (!commit) return std::nullopt;
  return cache.snapshot(*commit);
}

}  // namespace kelter
