// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/blob_download.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>
#include <thread>

#include "core/base/units.h"

namespace kelter {
namespace {

constexpr std::uint64_t much = std::uint64_t{1} << 20;  // bytes in one connection that make the retries start anew
constexpr std::uint64_t flushed_at_once = std::uint64_t{64}
                                          << 20;  // bytes: a flush cannot be cancelled and must not take long

Error write_error(int error, const fs::path& path) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  return Error(full ? ErrorCode::disk_full : ErrorCode::file_unreadable, "The downloaded file cannot be written",
               path.string(), std::generic_category().message(error),
               full ? "Free some disk space, or name another cache with HF_HUB_CACHE, and run again."
                    : "Check the permissions of its folder.");
}

// A file descriptor that is closed on every way out.
class Opened {
 public:
  Opened(const fs::path& path, int flags) : path_(path) {
    fs::create_directories(path.parent_path());
    descriptor_ = ::open(path.c_str(), flags | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw write_error(errno, path);
  }
  ~Opened() { ::close(descriptor_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  int get() const { return descriptor_; }
  void append(std::string_view bytes) {
    unflushed_ += bytes.size();
    while (!bytes.empty()) {
      const ssize_t done = ::write(descriptor_, bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) throw write_error(errno, path_);
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    if (unflushed_ < flushed_at_once) return;
    if (::fdatasync(descriptor_) != 0) throw write_error(errno, path_);
    unflushed_ = 0;
  }
  void empty() const {
    if (::ftruncate(descriptor_, 0) != 0) throw write_error(errno, path_);
  }

 private:
  fs::path path_;
  int descriptor_ = -1;
  std::uint64_t unflushed_ = 0;
};

// Held while this process writes a blob; released by the system when it ends, however that happens.
class BlobLock {
 public:
  BlobLock(const fs::path& path, const std::function<void()>& poll) : file_(path, O_RDWR) {
    while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) return;  // a file system without locks
      poll();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

 private:
  Opened file_;
};

std::uint64_t size_of(const fs::path& path) {
  std::error_code absent;
  const std::uintmax_t bytes = fs::file_size(path, absent);
  return absent ? 0 : bytes;
}

// "bytes 100-199/200" begins at `offset` and is of a file of `bytes`.
bool goes_on(const std::string& content_range, std::uint64_t offset, std::uint64_t bytes) {
  unsigned long long first = 0, last = 0, total = 0;
  const int parts = std::sscanf(content_range.c_str(), "bytes %llu-%llu/%llu", &first, &last, &total);
  return parts >= 2 && first == offset && (parts == 2 || total == bytes);
}

}  // namespace

BlobDownload::BlobDownload(HttpClient& client, const HubCache& cache, const HubFile& file, const RetryPolicy& policy,
                           Received received)
    : client_(client),
      cache_(cache),
      file_(file),
      policy_(policy),
      received_(std::move(received)),
      partial_(cache.partial(file.digest)) {}

bool BlobDownload::complete(const HubCache& cache, const HubFile& file) {
  const fs::path blob = cache.blob(file.digest);
  return fs::is_regular_file(blob) && fs::file_size(blob) == file.bytes;
}

std::uint64_t BlobDownload::run(const BlobSource& source) {
  const BlobLock lock(cache_.lock(file_.digest), policy_.poll);
  if (complete(cache_, file_)) return 0;
  fetch(source);
  if (!verified() && resumed_) {  // parts of different files, perhaps: once more from the beginning
    fs::remove(partial_);
    fetch(source);
  }
  if (!verified()) {
    fs::remove(partial_);
    throw Error(ErrorCode::file_malformed, "The downloaded file is not the one that the hub announced", file_.name,
                "its checksum is not " + file_.digest,
                "Run the command again; if that does not help, the hub or a proxy alters files.");
  }
  flush_to_disk(partial_);
  fs::rename(partial_, cache_.blob(file_.digest));
  flush_to_disk(partial_.parent_path());
  return transferred_;
}

bool BlobDownload::verified() const { return file_digest(partial_, file_.kind, policy_.poll) == file_.digest; }

void BlobDownload::fetch(const BlobSource& source) {
  if (size_of(partial_) > file_.bytes) fs::remove(partial_);
  etag_.clear();
  resumed_ = size_of(partial_) > 0;
  Opened(partial_, O_WRONLY);  // a file without bytes needs no request
  Retry retry(policy_);
  while (size_of(partial_) < file_.bytes) {
    try {
      fetch_once(source, retry);
    } catch (const TransferError& error) {
      retry.failed(error);
    }
  }
}

void BlobDownload::fetch_once(const BlobSource& source, Retry& retry) {
  Opened partial(partial_, O_WRONLY | O_APPEND);
  const std::uint64_t start = size_of(partial_);
  std::uint64_t size = start, came = 0;
  const auto wrong = [&](const std::string& why) {
    partial.empty();  // else every later attempt would meet the same
    return Error(ErrorCode::file_malformed, "The hub sends something else than it announced", source.url, why,
                 "Run the command again later.");
  };
  const auto begin = [&](const HttpAnswer& answer) {
    if (answer.status == 206 && !goes_on(answer.content_range, start, file_.bytes))
      throw wrong("the range is not the one asked for");
    if (answer.status != 206 && start > 0) partial.empty();  // the server sends all of it
    size = answer.status == 206 ? start : 0;
    if (answer.bytes && size + *answer.bytes != file_.bytes)
      throw wrong(std::to_string(size + *answer.bytes) + " bytes instead of " + std::to_string(file_.bytes));
    resumed_ = size > 0;
    etag_ = answer.etag.starts_with("W/") ? "" : answer.etag;
  };
  const auto piece = [&](std::string_view bytes) {
    if (bytes.size() > file_.bytes - size) throw wrong("more than " + std::to_string(file_.bytes) + " bytes");
    partial.append(bytes);
    size += bytes.size();
    came += bytes.size();
    transferred_ += bytes.size();
    if (came >= much) retry.progressed();
    received_(size);
  };
  const HttpAnswer answer = client_.get({source.url, source.token, start, etag_}, begin, piece);
  if (answer.status == 416) throw wrong("the file has no byte " + std::to_string(start));
  if (!answer.success()) source.check(answer);
  if (answer.success() && size < file_.bytes)
    throw TransferError({ErrorCode::file_unreadable, "The transfer ended early", source.url,
                         format_bytes(size) + " of " + format_bytes(file_.bytes) + " came", "Run the command again."},
                        true);
}

}  // namespace kelter
