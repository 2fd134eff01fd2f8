// SPDX-License-Identifier: GPL-3.0-or-later
// One file of a model from the hub into the cache: goes on where an earlier connection or program stopped, tries again,
// checks size and checksum, and shows the file only when it is complete. The calling thread; several processes may do
// the same at once.
#pragma once

#include <functional>
#include <string>

#include "core/hub/http.h"
#include "core/hub/hub_cache.h"
#include "core/hub/listing.h"
#include "core/hub/retry.h"

namespace kelter {

struct BlobSource {
  std::string url;
  std::string token;
  // Throws what an answer without success means.
  std::function<void(const HttpAnswer&)> check;
};

class BlobDownload {
 public:
  // All references outlive the download. `received`: bytes of the file that are on the disk, called for every piece.
  // The policy's `poll` throws to cancel; what came so far stays.
  using Received = std::function<void(std::uint64_t)>;
  BlobDownload(HttpClient& client, const HubCache& cache, const HubFile& file, const RetryPolicy& policy,
               Received received);

  // The bytes that came over the network; 0 where the blob was complete already. Errors: TransferError once the retries
  // are spent, Error(file_malformed) for a wrong size or checksum (the partial file is removed), Error(disk_full), and
  // what poll throws.
  std::uint64_t run(const BlobSource& source);

  static bool complete(const HubCache& cache, const HubFile& file);

 private:
  void fetch(const BlobSource& source);
  void fetch_once(const BlobSource& source, Retry& retry);
  bool verified() const;

  HttpClient& client_;
  const HubCache& cache_;
  const HubFile& file_;
  const RetryPolicy& policy_;
  Received received_;
  fs::path partial_;
  std::string etag_;  // of the answer that the partial file comes from; empty: an earlier program's
  std::uint64_t transferred_ = 0;
  bool resumed_ = false;  // the partial file has parts of more than one answer
};

}  // namespace kelter
