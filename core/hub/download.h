// SPDX-License-Identifier: GPL-3.0-or-later
// A model from a hub into the local cache: the only place of Kelter that goes to the network, and only when it is
// called. The calling thread, which `HubObserver` may interrupt at any time; what was received by then stays for the
// next time.
#pragma once

#include <string>
#include <vector>

#include "core/hub/hub_cache.h"
#include "core/hub/listing.h"
#include "core/hub/retry.h"

namespace kelter {

struct HubOptions {
  std::string endpoint = "https://huggingface.co";  // http only where the user named a hub with it
  std::string token;                                // for private and gated models; never in a message
  bool offline = false;                             // no network at all: only what the cache holds
  RetryLimits retry;
  int stall_seconds = 30;
};

// HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE. `hub`, if not empty, is the address instead. Error(invalid_parameter).
HubOptions hub_options(const std::string& hub = {});

struct HubProgress {
  std::string file;
  std::int64_t index = 0, count = 0;  // of the file, from 1; of all files
  std::uint64_t done = 0, bytes = 0;  // of this file
  double seconds = 0;                 // since this file began
};

class HubObserver {
 public:
  virtual ~HubObserver() = default;
  virtual void check_cancelled() = 0;                 // at least once a second; throws to stop
  virtual void progress(const HubProgress& now) = 0;  // at most ten times a second, and at the end of every file
  virtual void waiting(const Error& error, double seconds) = 0;  // before a failed transfer is tried again
};

struct DownloadedFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint64_t transferred = 0;  // over the network; 0: it was in the cache
};

struct Download {
  std::string commit;  // the revision's
  fs::path folder;     // its snapshot
  std::vector<DownloadedFile> files;
};

// A revision (branch, tag or commit) of the model `org/name`: configuration, tokenizer and safetensors; with `file` (a
// GGUF file of the model) that one alone. Complete and verified when this returns; offline, complete in the cache.
// Errors: invalid_parameter, file_not_found (no such model, revision or file; offline: what is missing),
// file_unreadable (network, no permission), file_malformed (answers or bytes that are wrong), disk_full (before
// anything large is fetched), cancelled.
Download download_model(const std::string& model, const std::string& revision, const std::string& file,
                        const HubOptions& options, HubObserver& observer);

}  // namespace kelter
