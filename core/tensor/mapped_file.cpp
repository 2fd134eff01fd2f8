// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/base/error.h"

namespace kelter {
namespace {

Error unreadable(const fs::path& path, std::string why, std::string remedy) {
  return Error(ErrorCode::file_unreadable, "The file cannot be read", path.string(), std::move(why), std::move(remedy));
}

Error system_error(const fs::path& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return Error(ErrorCode::file_not_found, "The file cannot be read", path.string(), "it does not exist",
                 "Check the path.");
  }
  return unreadable(path, std::generic_category().message(error), "Check the permissions of the file and its folder.");
}

// The file's size; anything but a regular file with content is refused.
std::size_t checked_size(const fs::path& path, int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) throw system_error(path, errno);
  if (S_ISDIR(status.st_mode)) throw unreadable(path, "it is a folder", "Name a file inside it.");
  if (!S_ISREG(status.st_mode)) throw unreadable(path, "it is no regular file", "Name a file on a disk.");
  if (status.st_size == 0) throw unreadable(path, "it is empty", "Take the file from its source again.");
  return static_cast<std::size_t>(status.st_size);
}

Bytes map(const fs::path& path, int descriptor) {
  const std::size_t size = checked_size(path, descriptor);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (data == MAP_FAILED) throw system_error(path, errno);
  const std::shared_ptr<const void> owner(data,
                                          [size](const void* begin) { ::munmap(const_cast<void*>(begin), size); });
  return Bytes(owner, data, size, true);
}

}  // namespace

Bytes map_file(const fs::path& path) {
  // Not blocked by a named pipe; the mapping outlives the descriptor.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) throw system_error(path, errno);
  try {
    Bytes bytes = map(path, descriptor);
    ::close(descriptor);
    return bytes;
  } catch (...) {
    ::close(descriptor);
    throw;
  }
}

}  // namespace kelter
