# SPDX-License-Identifier: GPL-3.0-or-later
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
# Only libtorch, the C and C++ libraries and, but for kelter-gpu-check, SQLite and libcurl are then needed where the
# programs run: Debian's libsqlite3.a cannot become part of a shared library, and libcurl.a needs a dozen others.
if(KELTER_STATIC_LIBRARIES)
  foreach(pair PCRE2=pcre2-8 UTF8PROC=utf8proc XXHASH=xxhash CRYPTO=crypto)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 module)
    list(GET pair 1 library)
    find_library(KELTER_STATIC_${module} NAMES lib${library}.a)
    if(KELTER_STATIC_${module})
      set_target_properties(PkgConfig::${module} PROPERTIES INTERFACE_LINK_LIBRARIES "${KELTER_STATIC_${module}}")
    else()
      message(STATUS "lib${library}.a was not found: the programs need the shared library where they run")
    endif()
  endforeach()
endif()
if(KELTER_WITH_QT)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Svg PrintSupport LinguistTools Test)
  find_package(QCustomPlotQt6 REQUIRED)
endif()

# libtorch from the virtual environment of the checkout, unless the caller says otherwise.
if(NOT Torch_DIR AND NOT CMAKE_PREFIX_PATH MATCHES "torch")
  file(GLOB venv_torch ${CMAKE_SOURCE_DIR}/.venv/lib/python3.*/site-packages/torch/share/cmake)
  list(APPEND CMAKE_PREFIX_PATH ${venv_torch})
endif()
file(GLOB venv_site ${CMAKE_SOURCE_DIR}/.venv/lib/python3.*/site-packages)

# TorchConfig detects no GPU here and would ask nvcc for an architecture it no longer knows.
set(TORCH_CUDA_ARCH_LIST "8.0" CACHE STRING "Architectures TorchConfig adds to its own flags")
# The compiler that scripts/setup put into the virtual environment, where the machine has none of torch's CUDA release.
if(NOT CMAKE_CUDA_COMPILER)
  find_program(KELTER_NVCC nvcc HINTS ${venv_site}/nvidia/cu13/bin /usr/local/cuda/bin)
  if(KELTER_NVCC)
    set(CMAKE_CUDA_COMPILER ${KELTER_NVCC})
  endif()
endif()
if(CMAKE_CUDA_COMPILER MATCHES "nvidia/cu13/bin")
  # The Python packages have lib where a toolkit has lib64, and no libcudart.so without a version.
  set(CUDAToolkit_ROOT ${venv_site}/nvidia/cu13)
  set(CUDA_TOOLKIT_ROOT_DIR ${CUDAToolkit_ROOT})
  foreach(cudart CUDA_CUDART CUDA_cudart_LIBRARY CUDA_CUDART_LIBRARY)  # FindCUDAToolkit's two names, FindCUDA's one
    set(${cudart} ${CUDAToolkit_ROOT}/lib/libcudart.so.13)
  endforeach()
  set(CMAKE_CUDA_FLAGS "${CMAKE_CUDA_FLAGS} -L${CUDAToolkit_ROOT}/lib")
endif()
if(KELTER_WITH_CUDA)
  set(CMAKE_CUDA_ARCHITECTURES ${KELTER_CUDA_ARCHITECTURES})
  enable_language(CUDA)
  set(CMAKE_CUDA_STANDARD 17)
endif()
find_package(CUDAToolkit REQUIRED)
if(NOT TARGET CUDA::nvToolsExt)
  add_library(CUDA::nvToolsExt INTERFACE IMPORTED)
endif()
find_package(Torch 2.11 EXACT REQUIRED)

# The libraries by path: TorchConfig's own target adds nvcc flags and targets Kelter does not use.
get_filename_component(TORCH_LIB_DIR "${TORCH_LIBRARY}" DIRECTORY)
get_filename_component(TORCH_SITE "${TORCH_LIB_DIR}/../.." ABSOLUTE)
file(GLOB NVIDIA_LIB_DIRS ${TORCH_SITE}/nvidia/*/lib)
add_library(kelter_torch INTERFACE)
target_include_directories(kelter_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_compile_definitions(kelter_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1
  KELTER_LIBTORCH="${Torch_VERSION}" KELTER_COMPILER="${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
target_link_directories(kelter_torch INTERFACE ${TORCH_LIB_DIR} ${NVIDIA_LIB_DIRS})
target_link_options(kelter_torch INTERFACE -Wl,--no-as-needed)
# libstdc++ first: libtorch.so exports a partial copy of std::filesystem of its own (calls in it end at address 0),
# and the loader takes the first library that has a symbol.
target_link_libraries(kelter_torch INTERFACE stdc++ ${TORCH_LIB_DIR}/libtorch.so ${TORCH_LIB_DIR}/libtorch_cpu.so ${TORCH_LIB_DIR}/libc10.so
  ${TORCH_LIB_DIR}/libgomp.so.1)
if(EXISTS ${TORCH_LIB_DIR}/libtorch_cuda.so)
  target_link_libraries(kelter_torch INTERFACE ${TORCH_LIB_DIR}/libtorch_cuda.so ${TORCH_LIB_DIR}/libc10_cuda.so)
endif()
list(APPEND CMAKE_BUILD_RPATH ${TORCH_LIB_DIR} ${NVIDIA_LIB_DIRS})
