"""The ports on AWS and on WeCom's HTTP; foreign errors become ours here and nowhere else."""

import warnings

# We decode answers ourselves, so the layer lacks the package that guesses encodings.
warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")
