"""How fast the engine is, measured side by side with other ways to answer the same questions."""

import os

# Before any module here imports NumPy, whose libraries read it once.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
