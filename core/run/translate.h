// SPDX-License-Identifier: GPL-3.0-or-later
// The one place where exceptions of libraries become Kelter's.
#pragma once

#include <exception>

#include "core/base/error.h"

namespace kelter {

// libtorch's errors, out of memory (its own code), files, JSON, the standard library. `where` ("node rtn,
// quant.rtn") is put in front of what the error itself says about its place.
ErrorInfo translate_exception(std::exception_ptr exception, const std::string& where);

}  // namespace kelter
