"""Makes the package importable wherever the tests are started, and says where the repository's files are."""
import sys
from pathlib import Path

import torch

TRAINING = Path(__file__).resolve().parents[1]
REPOSITORY = TRAINING.parent
sys.path.insert(0, str(TRAINING))
torch.set_num_threads(1)
