// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/download.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>

#include "core/base/units.h"
#include "core/hub/blob_download.h"
#include "core/hub/http.h"
#include "core/hub/hub_errors.h"

namespace kelter {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_listing = std::size_t{32} << 20;  // bytes
constexpr std::uint64_t largest_index = std::uint64_t{64} << 20;
constexpr std::uint64_t spare_bytes = std::uint64_t{64} << 20;  // that are left free on the disk

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool is_gguf(const std::string& name) { return fs::path(name).extension() == ".gguf"; }

void check_request(const std::string& revision, const std::string& file) {
  if (!is_safe_path(revision)) {
    throw Error(ErrorCode::invalid_parameter, "This is no name of a revision", printable(revision), {},
                "Name a branch, a tag or a commit with --revision.");
  }
  if (!file.empty() && !(is_safe_path(file) && is_gguf(file))) {
    throw Error(ErrorCode::invalid_parameter, "Only a GGUF file can be fetched alone", printable(file), {},
                "Name one of the model's .gguf files with --file, or leave it out for the whole model.");
  }
}

// One call of download_model that uses the network.
class Downloader {
 public:
  Downloader(const std::string& model, const std::string& revision, const HubOptions& options, HubObserver& observer)
      : model_(model),
        revision_(revision),
        options_(options),
        observer_(observer),
        cache_(model),
        policy_{options.retry, [this] { observer_.check_cancelled(); },
                [this](const Error& error, double seconds) { observer_.waiting(error, seconds); }},
        client_({.plain_http = options.endpoint.starts_with("http://"), .stall_seconds = options.stall_seconds},
                policy_.poll) {}

  Download run(const std::string& file) {
    listing_ = fetch_listing();
    result_.commit = listing_.commit;
    result_.folder = cache_.snapshot(listing_.commit);
    const std::vector<HubFile> files = file.empty() ? files_of_model() : std::vector{required(file)};
    ensure_space(files);
    for (std::size_t i = 0; i < files.size(); ++i)
      fetch(files[i], static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(files.size()));
    cache_.set_revision(revision_, listing_.commit);  // last: what it names is complete
    return result_;
  }

 private:
  HubListing fetch_listing() {
    const std::string url =
        options_.endpoint + "/api/models/" + url_path(model_) + "/revision/" + url_part(revision_) + "?blobs=true";
    Retry retry(policy_);
    while (true) {
      try {
        return parse_listing(fetch_text(url), url);
      } catch (const TransferError& error) {
        retry.failed(error);
      }
    }
  }

  std::string fetch_text(const std::string& url) {
    std::string text;
    const auto piece = [&](std::string_view bytes) {
      if (text.size() + bytes.size() > longest_listing)
        throw Error(ErrorCode::file_malformed, "The hub's list of files cannot be used", url,
                    "it is longer than " + format_bytes(longest_listing), "Check the hub's address.");
      text += bytes;
    };
    const HttpAnswer answer = client_.get(
        {url, options_.token}, [](const HttpAnswer&) {}, piece);
    if (!answer.success()) throw_hub_error(answer, {model_, revision_, "", url, !options_.token.empty()});
    return text;
  }

  const HubFile& required(const std::string& name) const {
    if (const HubFile* file = listing_.find(name)) return *file;
    throw Error(ErrorCode::file_not_found, "The model has no file " + name, model_ + ", revision " + revision_, {},
                gguf_remedy());
  }

  std::string gguf_remedy() const {
    std::vector<std::string> names;
    for (const HubFile& file : listing_.files) {
      if (is_gguf(file.name)) names.push_back(file.name);
    }
    if (names.empty()) return "Kelter opens models in safetensors or GGUF form; name another model or revision.";
    return "Name one of its GGUF files with --file: " + joined(names) + ".";
  }

  std::vector<std::string> weights() {
    const HubFile* index = listing_.find(weights_index_file);
    if (!index && listing_.find(weights_file)) return {weights_file};
    if (!index)
      throw Error(ErrorCode::file_not_found, "The model has no weights that Kelter opens",
                  model_ + ", revision " + revision_,
                  "it has neither " + std::string(weights_file) + " nor " + weights_index_file, gguf_remedy());
    if (index->bytes > largest_index)
      throw Error(ErrorCode::file_malformed, "The index of the checkpoint is too large", index->name,
                  format_bytes(index->bytes));
    bring(*index, [](std::uint64_t) {});
    return shards_of(cache_.blob(index->digest));
  }

  std::vector<HubFile> files_of_model() {
    std::vector<HubFile> files;
    for (const std::string& name : required_files(weights()))
      files.push_back(required(name));
    for (const std::string& name : optional_files()) {
      if (const HubFile* file = listing_.find(name)) files.push_back(*file);
    }
    // Small ones first: what is wrong with them is known early.
    std::stable_sort(files.begin(), files.end(), [](const HubFile& a, const HubFile& b) { return a.bytes < b.bytes; });
    return files;
  }

  void ensure_space(const std::vector<HubFile>& files) const {
    std::uint64_t needed = spare_bytes;
    for (const HubFile& file : files) {
      if (BlobDownload::complete(cache_, file)) continue;
      std::error_code absent;
      const std::uintmax_t there = fs::file_size(cache_.partial(file.digest), absent);
      needed += file.bytes - (absent || there > file.bytes ? 0 : there);
    }
    fs::create_directories(cache_.folder());
    const std::uint64_t free = fs::space(cache_.folder()).available;
    if (needed > free)
      throw Error(ErrorCode::disk_full, "There is not enough free space for the model", cache_.folder().string(),
                  format_bytes(needed) + " are needed, " + format_bytes(free) + " are free",
                  "Free some space, or name another cache with HF_HUB_CACHE.");
  }

  BlobSource source(const HubFile& file) const {
    const std::string url =
        options_.endpoint + "/" + url_path(model_) + "/resolve/" + listing_.commit + "/" + url_path(file.name);
    const HubQuestion question{model_, revision_, file.name, url, !options_.token.empty()};
    return {url, options_.token, [question](const HttpAnswer& answer) { throw_hub_error(answer, question); }};
  }

  // Whether anything had to come over the network.
  bool bring(const HubFile& file, const BlobDownload::Received& received) {
    const std::uint64_t transferred = BlobDownload(client_, cache_, file, policy_, received).run(source(file));
    transferred_[file.name] += transferred;
    return transferred > 0;
  }

  void fetch(const HubFile& file, std::int64_t index, std::int64_t count) {
    const Clock::time_point start = Clock::now();
    double shown = -1;
    const auto received = [&](std::uint64_t done) {
      const double now = seconds_since(start);
      if (now - shown < 0.1 && done < file.bytes) return;
      shown = now;
      observer_.progress({file.name, index, count, done, file.bytes, now});
    };
    const bool came = bring(file, received);
    cache_.add_to_snapshot(listing_.commit, file.name, file.digest);
    if (!came) received(file.bytes);
    result_.files.push_back({file.name, file.bytes, transferred_[file.name]});
  }

  std::string model_, revision_;
  const HubOptions& options_;
  HubObserver& observer_;
  HubCache cache_;
  RetryPolicy policy_;
  HttpClient client_;
  HubListing listing_;
  std::map<std::string, std::uint64_t> transferred_;  // bytes of each file
  Download result_;
};

// Without network: what the cache holds, if that is all of it.
Download from_cache(const std::string& model, const std::string& revision, const std::string& file) {
  const HubCache cache(model);
  const std::string remedy = "Run kelter-cli download " + model + " without --offline and HF_HUB_OFFLINE.";
  const std::optional<std::string> commit = cache.commit_of(revision);
  if (!commit) {
    throw Error(ErrorCode::file_not_found, "The model " + model + " is not in the local cache of the hub",
                cache.folder().string(),
                "it has no snapshot of the revision " + revision + ", and nothing is downloaded offline", remedy);
  }
  Download result{*commit, cache.snapshot(*commit), {}};
  const auto there = [&](const std::string& name) { return fs::is_regular_file(result.folder / name); };
  std::vector<std::string> names = {file}, missing;
  if (file.empty()) {
    names = required_files(there(weights_index_file) ? shards_of(result.folder / weights_index_file)
                                                     : std::vector<std::string>{weights_file});
    std::copy_if(optional_files().begin(), optional_files().end(), std::back_inserter(names), there);
  }
  for (const std::string& name : names) {
    if (!there(name)) {
      missing.push_back(name);
    } else {
      result.files.push_back({name, fs::file_size(result.folder / name), 0});
    }
  }
  if (missing.empty()) return result;
  throw Error(ErrorCode::file_not_found, "The model " + model + " is not complete in the local cache of the hub",
              result.folder.string(), joined(missing) + " is missing, and nothing is downloaded offline", remedy);
}

}  // namespace

HubOptions hub_options(const std::string& hub) {
  HubOptions options;
  const std::string named = hub.empty() ? environment("HF_ENDPOINT") : hub;
  if (!named.empty()) options.endpoint = checked_address(named);
  options.token = environment("HF_TOKEN");
  const bool printable_token =
      std::all_of(options.token.begin(), options.token.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (!printable_token)
    throw Error(ErrorCode::invalid_parameter, "The token cannot be sent", "HF_TOKEN",
                "it holds spaces or other characters that no token has", "Set HF_TOKEN to the token alone.");
  std::string offline = environment("HF_HUB_OFFLINE");
  std::transform(offline.begin(), offline.end(), offline.begin(), [](unsigned char c) { return std::toupper(c); });
  options.offline = offline == "1" || offline == "ON" || offline == "YES" || offline == "TRUE";
  return options;
}

Download download_model(const std::string& model, const std::string& revision, const std::string& file,
                        const HubOptions& options, HubObserver& observer) {
  check_request(revision, file);
  if (options.offline) return from_cache(model, revision, file);
  return Downloader(model, revision, options, observer).run(file);
}

}  // namespace kelter
