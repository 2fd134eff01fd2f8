// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/translate.h"

#include <c10/util/Exception.h>

#include <new>
#include <system_error>

#include "core/base/json.h"

namespace kelter {
namespace {

// libtorch's sentence holds what was asked for and what is free; its advice is not for users of this program.
ErrorInfo out_of_gpu_memory(const std::string& text) {
  const std::size_t start = text.find("Tried to allocate"), end = text.find(" If reserved but unallocated");
  return {ErrorCode::out_of_memory, "The GPU has not enough memory", {},
          start == std::string::npos ? text : text.substr(start, end == std::string::npos ? end : end - start),
          "Use fewer bits, a shorter context or a smaller batch, end other programs on the GPU, or use --device cpu."};
}

ErrorInfo out_of_memory(const std::string& why) {
  if (why.find("CUDA out of memory") != std::string::npos) return out_of_gpu_memory(why);
  return {ErrorCode::out_of_memory, "There is not enough memory", {}, why,
          "Use fewer or shorter texts, a smaller batch, or a machine with more memory."};
}

// libtorch reports a failed host allocation as a plain c10::Error; its text is the only sign.
bool is_allocation_failure(const std::string& text) {
  return text.find("can't allocate memory") != std::string::npos ||
         text.find("not enough memory") != std::string::npos || text.find("CUDA out of memory") != std::string::npos;
}

ErrorInfo from_torch(const c10::Error& error) {
  const std::string text = error.what_without_backtrace();
  if (is_allocation_failure(text)) return out_of_memory(text);
  return {ErrorCode::internal, "A tensor operation failed", {}, text, "Report this with the document that caused it."};
}

ErrorInfo from_system(const std::system_error& error) {
  const bool full = error.code() == std::errc::no_space_on_device;
  return {full ? ErrorCode::disk_full : ErrorCode::file_unreadable,
          full ? "The disk is full" : "A file operation failed", {}, error.what(),
          full ? "Free some space and run again." : "Check that the path exists and may be written."};
}

ErrorInfo translate(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return error.info();
  } catch (const c10::OutOfMemoryError& error) {
    return out_of_memory(error.what_without_backtrace());
  } catch (const c10::Error& error) {
    return from_torch(error);
  } catch (const std::bad_alloc& error) {
    return out_of_memory("an allocation failed");
  } catch (const Json::exception& error) {
    return {ErrorCode::file_malformed, "A JSON value has not the expected form", {}, error.what(), {}};
  } catch (const std::system_error& error) {
    return from_system(error);
  } catch (const std::exception& error) {
    return {ErrorCode::internal,
            "Something unexpected failed",
            {},
            error.what(),
            "Report this with the document that caused it."};
  } catch (...) {
    return {ErrorCode::internal, "Something unexpected failed", {}, "an exception of an unknown type", {}};
  }
}

}  // namespace

ErrorInfo translate_exception(std::exception_ptr exception, const std::string& where) {
  ErrorInfo info = translate(exception);
  if (info.where.empty()) {
    info.where = where;
  } else if (!where.empty()) {
    info.where = where + ", " + info.where;
  }
  return info;
}

}  // namespace kelter
